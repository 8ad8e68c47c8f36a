import { execFile } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventsDocument, MetadataRow, NodeDetails, NodeDocument } from '../../src/api/types.ts'
import { eventually } from '../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../support/machine/docker.ts'
import { freePort } from '../support/machine/free-port.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

const run = promisify(execFile)

/** Addresses on which `ss` sees somebody listen at a port in the host's network. */
const listeningAt = async (port: number): Promise<string[]> => {
  const { stdout } = await run('ss', ['-Hltn', `sport = :${port}`])
  return stdout.split('\n').flatMap((line) => line.trim().split(/\s+/)[3] ?? [])
}

describeWith(['root', 'ebpf', 'docker'], 'what cards and events tell of real containers', () => {
  let docker: TestDocker
  let scope: RunningScope

  const card = async (view: string, id: string): Promise<NodeDetails> =>
    (await scope.get<NodeDocument>(`/api/topology/${view}/${encodeURIComponent(id)}`)).node
  const rowsOf = ({ metadata = [] }: NodeDetails): ReadonlyMap<string, MetadataRow['value']> =>
    new Map(metadata.map(({ label, value }) => [label, value]))
  const rowsOfContainer = async (id: string) => rowsOf(await card('containers', `${id};<container>`))
  const eventTexts = async (kinds: string, name: string): Promise<string[]> => {
    const { events } = await scope.get<EventsDocument>(`/api/events?limit=1000&kind=${kinds}`)
    return events.filter(({ nodes }) => nodes[0]?.label === docker.prefix + name).map(({ text }) => text)
  }

  beforeAll(async () => {
    docker = await openTestDocker()
    // Its probe is held back for a while, and stays on the map.
    scope = await startScope(['--app.window=10m'])
  })
  afterAll(async () => {
    await scope?.stop()
    if (docker === undefined) return
    const images = (await docker.docker('images', '-q', `${docker.prefix}cart`)).split(/\s+/).filter(Boolean)
    await docker.close()
    if (images.length > 0) await run('docker', ['-H', docker.host, 'rmi', '-f', ...new Set(images)])
  })

  it('who can be reached from outside', async () => {
    const [everywhere, onLoopback] = [await freePort(), await freePort()]
    const loopbackOnly = ['/bin/busybox', 'httpd', '-f', '-p', `127.0.0.1:${onLoopback}`]
    const open = await docker.serve('host', ['--network', 'host'], everywhere)
    const closed = await docker.run('host-loopback', ['--network', 'host'], loopbackOnly)
    const published = await docker.serve('published', ['-p', '0.0.0.0:0:5000'])
    const locally = await docker.serve('published-loopback', ['-p', '127.0.0.1:0:5000'])
    const bridged = await docker.serve('bridged')
    const expected = [
      [open, 'yes'],
      [closed, 'no'],
      [published, 'yes'],
      [locally, 'no'],
      [bridged, 'no'],
    ] as const
    // Docker tells of published ports when it likes, and the kernel of who listens.
    await eventually('the listeners, and who can be reached', async () => {
      for (const [id, reachable] of expected) {
        const rows = await rowsOfContainer(id)
        expect([id, rows.has('Listening on')]).toEqual([id, true])
        expect([id, rows.get('Reachable from outside')]).toEqual([id, reachable])
      }
      return true
    })
    expect((await listeningAt(everywhere)).some((at) => /^(?:0\.0\.0\.0|\*|\[::\]):/.test(at))).toBe(true)
    expect(await listeningAt(onLoopback)).toEqual([`127.0.0.1:${onLoopback}`])
  })

  it('user, program, directory and parent of a process, as ps tells them', async () => {
    const id = await docker.run('user', ['--user', '4711:4711', '--workdir', '/bin'])
    const pid = Number(await docker.docker('inspect', '--format', '{{.State.Pid}}', id))
    const host = await eventually('the host', async () => {
      const { nodes } = await scope.view('hosts', '?unconnected=show')
      return Object.keys(nodes).find((id) => id.endsWith(';<host>'))
    })
    const processId = `${host.replace(/;<host>$/, '')};${pid}`
    const ps = async (column: string) =>
      (await run('ps', ['-o', `${column}=`, '-p', String(pid)])).stdout.trim()
    expect(await ps('uid')).toBe('4711')
    const told = { program: '/bin/busybox', user: '4711', directory: '/bin', parent: await ps('ppid') }
    // it is met while it is still the program that makes the container
    await eventually('what ps tells', async () => {
      const node = await card('processes', processId)
      const rows = rowsOf(node)
      const parent = node.parents?.find(({ topologyId }) => topologyId === 'processes')
      expect({
        program: rows.get('Executable'),
        user: rows.get('User'),
        directory: rows.get('Working directory'),
        parent: parent?.id.split(';').at(-1),
      }).toEqual(told)
      return true
    })
  })

  it('that one was paused, and was replaced by one of another image', async () => {
    // what a probe finds in its first seconds is no news
    await wait(11_000)
    const base = await docker.run('base')
    for (const tag of ['1.4', '1.5'])
      await docker.docker('commit', '--change', `LABEL version=${tag}`, base, `${docker.prefix}cart:${tag}`)
    const start = (tag: string) =>
      docker.docker(
        'run',
        '-d',
        '--name',
        `${docker.prefix}cart`,
        `${docker.prefix}cart:${tag}`,
        '/bin/busybox',
        'sleep',
        '1000',
      )
    const first = await start('1.4')
    await eventually('its start', async () => (await eventTexts('appeared', 'cart')).length > 0)
    await docker.pause(first)
    await eventually('its pause', async () => (await eventTexts('paused', 'cart')).length > 0)
    await docker.docker('unpause', first)
    await eventually('its going on', async () => (await eventTexts('unpaused', 'cart')).length > 0)
    // The probe looks when both is done: for how long there was neither is no matter of how busy the machine is.
    const probe = await scope.pidOf('probe')
    process.kill(probe, 'SIGSTOP')
    try {
      await docker.docker('rm', '-f', first)
      await start('1.5')
    } finally {
      process.kill(probe, 'SIGCONT')
    }
    const [text] = await eventually('its replacement', async () => {
      const texts = await eventTexts('replaced', 'cart')
      return texts.length > 0 && texts
    })
    expect(text).toContain(`${docker.prefix}cart 1.4 → 1.5`)
  })

  it('that one is unhealthy, and that one ran out of memory', async () => {
    // they are told to be sick, and to grow, once they are known to run: what was never watched well and alive has no events
    const check = ['--health-cmd', '! [ -e /sick ]', '--health-interval', '1s', '--health-retries', '1']
    const withShell = '/bin/busybox ln -s busybox /bin/sh; exec /bin/busybox sleep 1000'
    const sick = await docker.run('sick', check, ['/bin/busybox', 'sh', '-c', withShell])
    await eventually('its beginning', async () => (await eventTexts('appeared', 'sick')).length > 0)
    // Its first check may fail, when the program had no time yet to make the shell for it: only what was well can become sick.
    await eventually('it to be well', async () => {
      const told = await docker.docker('inspect', '--format', '{{.State.Health.Status}}', sick)
      const [well, ill] = [await eventTexts('healthy', 'sick'), await eventTexts('unhealthy', 'sick')]
      const isShown = (await rowsOfContainer(sick)).get('State') === 'running (healthy)'
      return told === 'healthy' && isShown && well.length >= ill.length
    })
    const before = (await eventTexts('unhealthy', 'sick')).length
    await docker.docker('exec', sick, '/bin/busybox', 'touch', '/sick')
    await eventually('its sickness', async () => (await eventTexts('unhealthy', 'sick')).length > before)
    // It runs on: of a container that has ended Docker does not always tell why, and the kernel's own count goes with it.
    const grow =
      'until [ -e /grow ]; do /bin/busybox sleep 0.2; done; /bin/busybox tail /dev/zero; exec /bin/busybox sleep 1000'
    const hungry = await docker.run('hungry', ['--memory', '16m'], ['/bin/busybox', 'sh', '-c', grow])
    await eventually('its start', async () => (await eventTexts('appeared', 'hungry')).length > 0)
    await docker.docker('exec', hungry, '/bin/busybox', 'touch', '/grow')
    await eventually('its hunger', async () => (await eventTexts('oom-killed', 'hungry')).length > 0)
  })
})

describeWith(['root', 'ebpf', 'docker'], 'a probe that tells of no processes', () => {
  let docker: TestDocker
  let scope: RunningScope

  beforeAll(async () => {
    docker = await openTestDocker()
    scope = await startScope(['--probe.processes=false'])
  })
  afterAll(async () => {
    await scope?.stop()
    await docker?.close()
  })

  it('tells whose connections are whose all the same, and nothing of processes', async () => {
    const server = await docker.serve('server')
    const ip = await docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', server)
    const again = `while :; do echo x | /bin/busybox nc ${ip} 5000; /bin/busybox sleep 1; done`
    const client = await docker.run('client', [], ['/bin/busybox', 'sh', '-c', again])
    const [source, target] = [client, server].map((id) => `${id};<container>`)
    const edge = await eventually('the edge', async () =>
      Object.values((await scope.view('containers')).edges).find(
        (one) => one.source === source && one.target === target && one.opened > 0,
      ),
    )
    expect(edge.ports).toEqual([5000])
    await run('sh', ['-c', `echo x | timeout 60 busybox nc ${ip} 5000 || true`])
    await eventually('the edge of the host', async () =>
      Object.values((await scope.view('containers', '?pseudo=show')).edges).find(
        (one) => one.source.startsWith('pseudo:uncontained:') && one.target === target,
      ),
    )
    const reports = JSON.stringify(await scope.get('/api/report'))
    expect(reports).not.toContain('"topology":"process"')
    expect(reports).not.toContain('process_cpu_usage_percent')
    expect(reports).not.toContain('cmdline')
    expect(
      Object.keys((await scope.view('processes', '?unconnected=show&pseudo=show')).nodes).filter(
        (id) => !id.startsWith('in-') && !id.startsWith('out-') && !id.startsWith('pseudo:'),
      ),
    ).toEqual([])
    const { ports } = await scope.get<{ ports: { port: number; container?: { id: string } }[] }>(
      '/api/ports?limit=10000',
    )
    expect(ports.filter((one) => one.container?.id === target).map(({ port }) => port)).toEqual([5000])
  })
})
