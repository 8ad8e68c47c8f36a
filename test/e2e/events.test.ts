import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventKind, EventsDocument, MapEvent } from '../../src/api/types.ts'
import { nodeTimes } from '../../src/topology/events/tracking/node-tracker.ts'
import { eventually } from '../support/eventually.ts'
import { connectCommand, type TestDocker } from '../support/machine/docker.ts'
import { dockerOn } from '../support/machine/hosts/docker-on.ts'
import { type Host, startHost } from '../support/machine/hosts/host.ts'
import { type ScopeOnHost, scopeOn } from '../support/machine/hosts/scope-on.ts'
import { describeWith } from '../support/machine/requirements.ts'

// On a host of their own: where others start and connect as well, events that come together are told as one.
describeWith(['root', 'ebpf', 'hosts', 'docker'], 'events of real containers', () => {
  let host: Host
  let docker: TestDocker
  let scope: ScopeOnHost

  const containers = async (...kinds: EventKind[]): Promise<readonly MapEvent[]> => {
    const { events } = await scope.get<EventsDocument>(`/api/events?limit=1000&kind=${kinds.join(',')}`)
    return events.filter(({ nodes }) => nodes[0]?.label.startsWith(docker.prefix))
  }
  const eventOf = (kind: EventKind, name: string): Promise<MapEvent> =>
    eventually(`${kind} of ${name}`, async () =>
      (await containers(kind)).find(({ nodes }) => nodes[0]?.label === docker.prefix + name),
    )
  /**
   * It tries again and again, or stays connected: an edge is on the map for 15 s after its program has ended. The container runs on
   * when its server is removed.
   */
  const client = (name: string, ip: string, port: number) => {
    const [busybox, shell, option, script] = connectCommand(ip, port)
    return docker.run(name, [], [busybox, shell, option, `${script}; /bin/busybox sleep 1000`])
  }

  /** Kind and container. */
  const wordsOf = ({ kind, nodes }: MapEvent): string =>
    `${kind} ${nodes[0]?.label.slice(docker.prefix.length)}`
  /**
   * Restarts a container while the probe looks on, and waits until that is told. One that is told as gone sooner than it could have been
   * missing for so long is told wrongly; what a busy machine draws out, the restart or the word of it, is rightly told as two events, that
   * it is gone and that it appeared: then it is restarted again.
   *
   * @returns id of the last event before the restart
   */
  const restart = async (name: string, tries = 3): Promise<number> => {
    const { lastId } = await scope.get<EventsDocument>('/api/events?limit=1')
    const beganMs = performance.now()
    await docker.docker('restart', '--time', '0', docker.prefix + name)
    const told = await eventually(`the restart of ${name}`, async () => {
      const events = await containers('appeared', 'gone', 'restarted')
      const words = events.filter(({ id }) => id > lastId).map(wordsOf)
      return words.some((word) => word === `restarted ${name}` || word === `appeared ${name}`) && words
    })
    const tookMs = performance.now() - beganMs
    if (tries > 1 && tookMs >= nodeTimes.graceMs && told.includes(`gone ${name}`))
      return restart(name, tries - 1)
    expect(told, `told after ${tookMs} ms`).toEqual([`restarted ${name}`])
    return lastId
  }

  beforeAll(async () => {
    host = await startHost('alpha')
    docker = await dockerOn(host)
    await docker.run('before', [], ['/bin/busybox', 'sleep', '1000'])
    scope = await scopeOn(host)
    await scope.launch()
    await eventually('the probe', async () => {
      const { events } = await scope.get<EventsDocument>('/api/events?kind=probe-joined')
      return events[0]
    })
    // What a probe finds in its first seconds is no news.
    await wait(11_000)
  })
  afterAll(async () => {
    await scope?.close()
    await docker?.close()
    await host?.end()
  })

  it('tell nothing of what was there before', async () => {
    expect(await containers('appeared', 'edge-new')).toEqual([])
  })

  it('tell when one starts, when it connects, and when it fails to', async () => {
    const server = await docker.serve('server')
    expect((await eventOf('appeared', 'server')).nodes[0]).toMatchObject({
      id: `${server};<container>`,
      topology: 'container',
      view: 'containers',
    })
    const ip = await docker.docker(
      'inspect',
      '--format',
      '{{.NetworkSettings.IPAddress}}',
      `${docker.prefix}server`,
    )
    await client('good', ip, 5000)
    await client('bad', ip, 5001)
    const [connected, failed] = [await eventOf('edge-new', 'good'), await eventOf('edge-failing', 'bad')]
    expect(connected.edge).toMatchObject({ target: `${server};<container>`, port: 5000 })
    expect(failed.edge).toMatchObject({ target: `${server};<container>`, port: 5001 })
    const view = await scope.view('containers')
    expect(view.edges[connected.edge?.id ?? '']).toMatchObject({ ports: [5000] })
    expect(view.edges[failed.edge?.id ?? '']).toMatchObject({ ports: [5001] })
  })

  it('tell once when one is restarted, and when it is gone', async () => {
    const idBefore = await restart('before')
    await docker.docker('rm', '--force', `${docker.prefix}server`)
    expect((await eventOf('gone', 'server')).text).toContain('was removed')
    const told = await containers('gone', 'restarted', 'appeared')
    expect(told.filter(({ id }) => id > idBefore).map(wordsOf)).toEqual(['gone server', 'restarted before'])
    expect(await containers('restarted')).toHaveLength(1)
  })

  it('tell nothing of a hundred short processes', async () => {
    const before = await scope.get<EventsDocument>('/api/events')
    host.exec('sh', '-c', `for i in $(seq 100); do sh -c 'exit 0'; done`)
    // What comes later is told later.
    await docker.run('after')
    await eventOf('appeared', 'after')
    const { events } = await scope.get<EventsDocument>(`/api/events?limit=1000&after=${before.lastId}`)
    expect(events.filter(({ nodes }) => nodes.some(({ id }) => id === 'sh'))).toEqual([])
  })
})
