import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../src/log/log.ts'
import type { Clock, Collector } from '../../../src/probe/collector.ts'
import { createDockerCollector, type DockerCollector } from '../../../src/probe/docker/collector.ts'
import { facts, metrics } from '../../../src/report/facts.ts'
import { containerNodeId, imageNodeId } from '../../../src/report/ids.ts'
import type { ReportNode } from '../../../src/report/schema.ts'
import { eventually } from '../../support/eventually.ts'
import { createOwnDaemon, openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const log = createLogger({ format: 'text', debug: false, write: () => {} })

const collectorAt = (dockerHost: string, environment = false) =>
  createDockerCollector({ clock, hostId: 'here', log, dockerHost, environment, env: {} })

const nodeOf = (collector: Collector, id: string): ReportNode | undefined =>
  collector.collect(clock.uptimeMs()).nodes.find((node) => node.id === containerNodeId(id))

/** Starts a collector. It waits some seconds for Docker's first answer, which a busy machine may take longer for. */
const startKnowing = async (collector: Collector, id: string, changed = () => {}): Promise<void> => {
  await collector.start(changed)
  await eventually(
    `Docker to tell of ${id}, and of all else`,
    () => nodeOf(collector, id) !== undefined && collector.collect(clock.uptimeMs()).status.state === 'ok',
  )
}

describeWith(['docker'], 'the docker collector', () => {
  let docker: TestDocker
  let collector: DockerCollector
  let changes = 0
  let older: string

  beforeAll(async () => {
    docker = await openTestDocker()
    older = await docker.run(
      'older',
      [
        '--label',
        'team=a',
        '--label',
        'db_password=hunter2',
        '-e',
        'TEAM=a',
        '-e',
        'DB_PASSWORD=hunter2',
        '-p',
        '127.0.0.1:0:80',
        '-v',
        '/tmp:/data:ro',
      ],
      ['/bin/busybox', 'sh', '-c', 'sleep 100000 # --token=hunter2'],
    )
    collector = collectorAt(docker.host)
    await startKnowing(collector, older, () => changes++)
  })
  afterAll(async () => {
    await collector?.stop()
    await docker?.close()
  })

  test('knows containers that were there before it, at once', () => {
    const { status } = collector.collect(clock.uptimeMs())
    expect(status).toMatchObject({ id: 'docker', mode: 'docker', state: 'ok', reason: '' })
    const node = nodeOf(collector, older)
    expect(node).toMatchObject({
      topology: 'container',
      name: `${docker.prefix}older`,
      labels: { team: 'a', db_password: '•••' },
    })
    expect(node?.facts).toMatchObject({
      [facts.containerId]: older,
      [facts.containerCommand]: '/bin/busybox sh -c sleep 100000 # --token=•••',
      [facts.containerState]: 'running',
      [facts.containerNetworkMode]: 'bridge',
      [facts.containerNetworks]: ['bridge'],
      [facts.containerPrivileged]: false,
      [facts.containerMounts]: ['/tmp:/data:ro'],
      [facts.inHostNetwork]: false,
      [facts.imageName]: 'scope-test-busybox',
      [facts.imageTag]: 'latest',
      [facts.hostId]: 'here;<host>',
    })
    expect(node?.facts[facts.reachableFromOutside]).toBe(false)
    expect(node?.facts[facts.containerPorts]).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+->80\/tcp$/)])
    expect(Date.parse(String(node?.facts[facts.containerStarted]))).toBeGreaterThan(0)
    expect(node?.facts).not.toHaveProperty(facts.containerEnvironment)
    expect(JSON.stringify(node)).not.toContain('hunter2')
  })

  test('tells the environment when asked to, without its secrets', async () => {
    const telling = collectorAt(docker.host, true)
    await startKnowing(telling, older)
    const node = nodeOf(telling, older)
    await telling.stop()
    expect(node?.facts[facts.containerEnvironment]).toEqual(
      expect.arrayContaining(['DB_PASSWORD=•••', 'TEAM=a']),
    )
    expect(JSON.stringify(node)).not.toContain('hunter2')
  })

  test('names the image as parent and as a node', async () => {
    const imageId = (await docker.docker('images', '-q', '--no-trunc', docker.image)).trim()
    const image = collector.collect(clock.uptimeMs()).nodes.find(({ id }) => id === imageNodeId(imageId))
    expect(image).toMatchObject({ topology: 'container_image', name: docker.image })
    expect(image?.facts[facts.imageSize]).toBeGreaterThan(0)
    expect(nodeOf(collector, older)?.parents).toEqual({
      host: ['here;<host>'],
      container_image: [imageNodeId(imageId)],
    })
  })

  test('knows which containers run, and by which process', async () => {
    const pid = await docker.docker('inspect', '--format', '{{.State.Pid}}', older)
    expect(collector.running()).toContain(older)
    expect(collector.pidOf(older)).toBe(Number(pid))
    expect(collector.pidOf('f'.repeat(64))).toBeUndefined()
  })

  test('gives the same nodes again while nothing changes', () => {
    expect(nodeOf(collector, older)).toBe(nodeOf(collector, older))
  })

  test('follows a container through its life, and tells each step', async () => {
    const stateOf = (id: string) => nodeOf(collector, id)?.facts[facts.containerState]
    const before = changes
    const id = await docker.run('life')
    await eventually('the container', () => stateOf(id) === 'running')
    expect(changes).toBeGreaterThan(before)
    await docker.pause(id)
    await eventually('the pause', () => stateOf(id) === 'paused')
    await docker.docker('unpause', id)
    await eventually('its end', () => stateOf(id) === 'running')
    await docker.docker('rename', id, `${docker.prefix}renamed`)
    await eventually('the name', () => nodeOf(collector, id)?.name === `${docker.prefix}renamed`)
    await docker.docker('kill', id)
    await eventually('the exit', () => stateOf(id) === 'exited')
    expect(nodeOf(collector, id)?.facts[facts.containerExitCode]).toBe(137)
    expect(nodeOf(collector, id)?.facts[facts.containerStateHuman]).toMatch(/^Exited \(137\) \d{4}-/)
    await docker.docker('rm', id)
    await eventually('its removal', () => nodeOf(collector, id) === undefined)
  })

  test('keeps up with containers that come and go faster than they can be asked about', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `brief${i}`)
    await Promise.all(
      names.map((name) =>
        docker.docker('run', '--rm', '--name', docker.prefix + name, docker.image, '/bin/busybox', 'true'),
      ),
    )
    await eventually('all of them to be gone', () =>
      collector.collect(clock.uptimeMs()).nodes.every(({ name }) => !name.includes(`${docker.prefix}brief`)),
    )
    await eventually('no complaint', () => collector.collect(clock.uptimeMs()).status.state === 'ok')
  })

  test('tells health', async () => {
    const id = await docker.run('health', ['--health-cmd', '/bin/busybox true', '--health-interval', '1s'])
    // the check runs by /bin/sh, which the image has not
    await eventually('a verdict', () => {
      const health = nodeOf(collector, id)?.facts[facts.containerHealth]
      return health === 'unhealthy' || health === 'healthy'
    })
  })

  test('books addresses by network, and shares them', async () => {
    await docker.docker('network', 'create', `${docker.prefix}net`)
    const one = await docker.run('one', ['--network', `${docker.prefix}net`])
    const two = await docker.run('two', ['--network', `container:${one}`])
    const host = await docker.run('host', ['--network', 'host'])
    const ip = await docker.docker(
      'inspect',
      '-f',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      one,
    )
    const owners = (id: string) =>
      collector
        .collect(clock.uptimeMs())
        .addresses.filter((address) => address.owners?.includes(containerNodeId(id)))
    const shared = await eventually('both owners', () => owners(two).find((address) => address.ip === ip))
    expect(shared).toEqual({
      id: `here;${ip}`,
      ip,
      scope: 'host',
      owners: [containerNodeId(one), containerNodeId(two)],
    })
    expect(nodeOf(collector, two)?.facts[facts.containerAddresses]).toEqual([ip])
    await eventually('the one in the network of the host', () => nodeOf(collector, host))
    expect(nodeOf(collector, host)?.facts[facts.inHostNetwork]).toBe(true)
    expect(owners(host)).toEqual([])
    await docker.docker('network', 'connect', 'bridge', one)
    await eventually('the second network', () => owners(one).length === 2)
    await docker.docker('network', 'disconnect', 'bridge', one)
    await eventually('its end', () => owners(one).length === 1)
  })

  test('measures CPU and memory of what runs, losing no sample between reports', async () => {
    const id = await docker.run('busy', [], ['/bin/busybox', 'sh', '-c', 'while :; do :; done'])
    const metricOf = (metric: string) =>
      collector
        .collect(clock.uptimeMs())
        .metrics.find((one) => one.node === containerNodeId(id) && one.id === metric)
    const cpu = await eventually('three samples, of something that is busy', () => {
      const metric = metricOf(metrics.containerCpu)
      if (metric === undefined || metric.samples.length < 3) return undefined
      // How much it gets depends on what else runs.
      return metric.samples.some(([, percent]) => percent > 1) ? metric : undefined
    })
    expect(cpu.max).toBeGreaterThanOrEqual(100)
    expect(cpu.samples.map(([age]) => age)).toEqual(cpu.samples.map(([age]) => age).toSorted((a, b) => b - a))
    const memory = metricOf(metrics.containerMemory)
    expect(memory?.samples.at(-1)?.[1]).toBeGreaterThan(0)
    expect(memory?.max).toBeGreaterThan(memory?.samples.at(-1)?.[1] ?? 0)
    await docker.docker('kill', id)
    await eventually('no more', () => metricOf(metrics.containerCpu) === undefined)
  })

  test('works over TCP', async () => {
    const path = docker.host.replace('unix://', '')
    const proxy = createServer((client) => {
      const daemon = connect(path)
      client.pipe(daemon).pipe(client)
      for (const [socket, other] of [
        [client, daemon],
        [daemon, client],
      ] as const) {
        socket.on('error', () => other.destroy())
        socket.on('close', () => other.destroy())
      }
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const port = (proxy.address() as { port: number }).port
    const remote = collectorAt(`tcp://127.0.0.1:${port}`)
    try {
      await startKnowing(remote, older)
      expect(nodeOf(remote, older)?.name).toBe(`${docker.prefix}older`)
    } finally {
      await remote.stop()
      await new Promise((resolve) => proxy.close(resolve))
    }
  })
})

describeWith(['root', 'docker'], 'a daemon that comes and goes', () => {
  test('is waited for, picked up, missed, and picked up again', async () => {
    const daemon = await createOwnDaemon(true)
    const collector = collectorAt(daemon.host)
    const state = () => collector.collect(clock.uptimeMs()).status.state
    try {
      await collector.start(() => {})
      await expect
        .poll(() => collector.collect(clock.uptimeMs()).status)
        .toMatchObject({
          state: 'waiting',
          reason: `no answer from Docker at ${daemon.socketPath}: there is no such socket`,
        })
      await daemon.start()
      await eventually('the daemon', () => state() === 'ok')
      await daemon.stop('SIGKILL')
      await eventually('its absence', () => state() === 'waiting')
      await daemon.start()
      await eventually('its return', () => state() === 'ok')
    } finally {
      await collector.stop()
      await daemon.close()
    }
  })
})

describeWith(['root', 'docker'], 'a daemon that hangs', () => {
  test('is told as one that does not answer, until it answers again', async () => {
    const daemon = await createOwnDaemon(true)
    await daemon.start()
    const collector = collectorAt(daemon.host)
    const status = () => collector.collect(clock.uptimeMs()).status
    try {
      await collector.start(() => {})
      await eventually('its first answer', () => status().state === 'ok')
      daemon.hang(true)
      await eventually('its silence', () => status().state === 'degraded')
      expect(status().reason).toContain(`Docker at ${daemon.socketPath} does not answer`)
      daemon.hang(false)
      await eventually('its answer', () => status().state === 'ok')
    } finally {
      await collector.stop()
      await daemon.close()
    }
  })
})

test('a DOCKER_HOST that is none is said, and costs nothing else', async () => {
  const collector = collectorAt('ssh://host')
  await collector.start(() => {})
  const { status, nodes } = collector.collect(0)
  expect(status).toMatchObject({
    mode: 'off',
    state: 'off',
    reason: expect.stringContaining('DOCKER_HOST is "ssh://host"'),
  })
  expect(nodes).toEqual([])
  await collector.stop()
})
