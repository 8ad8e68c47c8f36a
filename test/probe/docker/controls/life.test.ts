import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import type { Clock, Collector } from '../../../../src/probe/collector.ts'
import { createDockerCollector } from '../../../../src/probe/docker/collector.ts'
import { facts } from '../../../../src/report/facts.ts'
import { containerNodeId } from '../../../../src/report/ids.ts'
import { eventually } from '../../../support/eventually.ts'
import { createOwnDaemon, openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { hostNode } from '../../../support/reports/reports.ts'
import { useControl } from './session.ts'

const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const log = createLogger({ format: 'text', debug: false, write: () => {} })
const collectorAt = (dockerHost: string) =>
  createDockerCollector({ clock, hostId: 'here', log, dockerHost, env: {} })

describeWith(['docker'], 'starting and stopping containers', () => {
  let docker: TestDocker
  let collector: Collector
  let changes = 0

  const nodeOf = (id: string) =>
    collector.collect(clock.uptimeMs()).nodes.find((node) => node.id === containerNodeId(id))
  const act = (action: string, id: string, args: Record<string, string> = {}) =>
    useControl(collector, `docker_${action}_container`, id, args)
  /** Waits until the map shows the state, and what can be done then. */
  const shows = (state: string, id: string) =>
    eventually(`${state} to be shown`, () => {
      const node = nodeOf(id)
      return node?.facts[facts.containerState] === state && node.controls
    })

  beforeAll(async () => {
    docker = await openTestDocker()
    collector = collectorAt(docker.host)
    await collector.start(() => changes++)
  })
  afterAll(async () => {
    await collector?.stop()
    await docker?.close()
  })

  test('does what it offers, shows the new state at once, and says what it did not do', async () => {
    const id = await docker.run('life', ['--stop-timeout', '1'])
    expect(await shows('running', id)).toContain('docker_pause_container')
    await expect(act('start', id)).rejects.toMatchObject({
      code: 'conflict',
      message: 'the container runs already',
    })
    await expect(act('remove', id)).rejects.toMatchObject({ code: 'conflict', message: /stop it first/ })
    await expect(act('unpause', id)).rejects.toMatchObject({ code: 'conflict', message: /not paused/ })

    const before = changes
    expect(await act('pause', id)).toEqual({})
    expect(await shows('paused', id)).toEqual([
      'docker_get_logs',
      'docker_unpause_container',
      'docker_kill_container',
    ])
    expect(changes).toBeGreaterThan(before)
    await expect(act('pause', id)).rejects.toMatchObject({ code: 'conflict', message: /paused already/ })
    await act('unpause', id)
    await shows('running', id)

    const startedAt = nodeOf(id)?.facts[facts.containerStarted]
    await act('restart', id)
    await eventually('the restart', () => nodeOf(id)?.facts[facts.containerStarted] !== startedAt)
    await shows('running', id)

    await act('stop', id)
    expect(await shows('exited', id)).toEqual([
      'docker_get_logs',
      'docker_start_container',
      'docker_remove_container',
    ])
    await expect(act('stop', id)).rejects.toMatchObject({
      code: 'conflict',
      message: 'the container does not run',
    })
    await expect(act('kill', id)).rejects.toMatchObject({ code: 'conflict', message: /does not run/ })

    await act('start', id)
    await shows('running', id)
    await expect(act('kill', id, { signal: 'SIGNONSENSE' })).rejects.toMatchObject({ code: 'invalid_params' })
    await act('kill', id)
    await shows('exited', id)
    expect(nodeOf(id)?.facts[facts.containerExitCode]).toBe(137)

    expect(await act('remove', id)).toEqual({ removedNode: containerNodeId(id) })
    await eventually('it to be gone', () => nodeOf(id) === undefined)
    for (const action of ['start', 'stop', 'remove'])
      await expect(act(action, id)).rejects.toMatchObject({
        code: 'unknown_node',
        message: 'there is no such container any more',
      })
  })

  test('sends other signals than that which kills', async () => {
    const id = await docker.run(
      'signal',
      [],
      ['/bin/busybox', 'sh', '-c', 'trap "exit 5" USR1; while :; do /bin/busybox sleep 0.1; done'],
    )
    await shows('running', id)
    await eventually('the signal to work', async () => {
      await act('kill', id, { signal: 'usr1' }).catch(() => {})
      return nodeOf(id)?.facts[facts.containerExitCode] === 5
    })
  })

  test('passes on why Docker did not start a container', async () => {
    const id = await docker.docker('create', '--name', `${docker.prefix}broken`, docker.image, '/nope')
    await expect(act('start', id)).rejects.toMatchObject({
      message: expect.stringMatching(/^Docker did not start the container: .*\/nope/),
    })
  })

  test('gives up a request when whoever asked has', async () => {
    const deaf = 'trap "echo told" TERM; echo deaf; while :; do /bin/busybox sleep 0.1; done'
    const id = await docker.run('patient', ['--stop-timeout', '60'], ['/bin/busybox', 'sh', '-c', deaf])
    const says = (text: string) =>
      eventually(`it to say ${text}`, async () => (await docker.docker('logs', id)).includes(text))
    await says('deaf')
    const giveUp = new AbortController()
    const stopped = useControl(collector, 'docker_stop_container', id, {}, giveUp.signal)
    const refused = expect(stopped).rejects.toMatchObject({ code: 'timeout' })
    // Docker has the request by then.
    await says('told')
    giveUp.abort()
    await refused
    await docker.docker('kill', id)
    await shows('exited', id)
    // Docker has gone on with it: it tells of no stop where it has only killed.
    await eventually('Docker to tell that it has stopped it', async () => {
      const filters = ['--filter', `container=${id}`, '--filter', 'event=stop']
      const untilNow = ['--since', '0', '--until', `${Date.now() / 1000}`]
      return (await docker.docker('events', ...untilNow, ...filters)) !== ''
    })
  })

  test('is no use on what is no container', async () => {
    const [control] = collector.controls?.() ?? []
    const node = hostNode('here')
    const use = { nodeId: node.id, node, args: {}, signal: AbortSignal.timeout(1000) }
    await expect(control?.run(use)).rejects.toMatchObject({ code: 'unknown_node' })
  })
})

describeWith(['docker', 'root'], 'the controls of containers while Docker is away', () => {
  test('say so', async () => {
    const daemon = await createOwnDaemon(true)
    const collector = collectorAt(daemon.host)
    try {
      await expect(useControl(collector, 'docker_stop_container', 'a'.repeat(64))).rejects.toMatchObject({
        code: 'docker_unreachable',
        message: expect.stringContaining('it does not run'),
      })
    } finally {
      await collector.stop()
      await daemon.close()
    }
  })
})
