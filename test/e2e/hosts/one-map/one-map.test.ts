import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Edge } from '../../../../src/api/types.ts'
import { eventually } from '../../../support/eventually.ts'
import { clientCommand, serverCommand } from '../../../support/machine/network/traffic.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import {
  connectFrom,
  edgesAt,
  openStage,
  runContainer,
  type Side,
  type Socket,
  type Stage,
  send,
  serve,
  socketsOf,
  trackedOn,
} from './stage.ts'

const BYTES = 1000
const ALL = '?system=all&pseudo=show&stopped=both&unconnected=show'

/** Where an end of a connection is. */
type Place = 'process' | 'container'

/** What is at one end of a connection that is open. */
interface End {
  /** Node id of its process. */
  readonly process: string
  /** Node id of the containers' view. */
  readonly inContainers: string
  readonly socket: Socket
}

interface Opened {
  readonly client: End
  readonly server: End
  end(): Promise<void>
}

describeWith(
  ['root', 'ebpf', 'hosts', 'docker'],
  'two hosts of one name with the same container networks',
  () => {
    let stage: Stage
    let from: Side
    let to: Side
    const ends: (() => Promise<unknown>)[] = []

    beforeAll(async () => {
      stage = await openStage()
      ;[from, to] = stage.sides
      for (const { scope } of stage.sides)
        await eventually('both probes', async () => (await scope.probes()).length === 2, 60_000)
    }, 600_000)
    afterAll(() => stage?.close())
    afterEach(async () => {
      for (const end of ends.splice(0).reverse()) await end()
    })

    const uncontained = ({ host }: Side): string => `pseudo:uncontained:${host.id}`

    const socketTo = (
      side: Side,
      port: number,
      end: 'local' | 'peer',
      container?: Parameters<typeof socketsOf>[1],
    ) =>
      eventually(`a socket at port ${port}`, async () => {
        const found = await socketsOf(side, container)
        return found.find((socket) => socket[end].endsWith(`:${port}`))
      })

    /** Opens a connection over which `BYTES` go there and back. */
    const open = async (
      client: Place,
      server: Place,
      address: string,
      { port = 7000, published = 8080 } = {},
    ): Promise<Opened> => {
      const serverEnd = async () => {
        if (server === 'process') {
          const program = await to.host.start(serverCommand('::', port))
          ends.push(program.end)
          await program.ask('')
          return undefined
        }
        const container = await serve(to, 'web', port, published)
        ends.push(container.remove)
        const pid = await to.docker.docker('inspect', '--format', '{{.State.Pid}}', container.id)
        await eventually('the server', () =>
          to.host.exec('nsenter', `--target=${pid}`, '--net', '--', 'ss', '-Hltn', `sport = :${port}`).trim(),
        )
        return container
      }
      const serving = await serverEnd()
      const asked = serving ? published : port
      const clientEnd = async () => {
        if (client === 'process') {
          const program = await from.host.start(clientCommand())
          ends.push(program.end)
          await program.ask(`open ${address} ${asked}`)
          await program.ask(`send ${BYTES}`)
          return { container: undefined, end: program.end }
        }
        const container = await connectFrom(from, 'app', address, asked)
        ends.push(container.remove)
        await socketTo(from, asked, 'peer', container)
        await send(from, container, BYTES)
        return { container, end: container.remove }
      }
      const { container, end } = await clientEnd()
      const [near, far] = [
        await socketTo(from, asked, 'peer', container),
        await socketTo(to, port, 'local', serving),
      ]
      return {
        client: {
          process: from.host.processId(near.pid),
          inContainers: container?.node ?? uncontained(from),
          socket: near,
        },
        server: {
          process: to.host.processId(far.pid),
          inContainers: serving?.node ?? uncontained(to),
          socket: far,
        },
        end,
      }
    }

    const numbers = { open: 1, opened: 1, failed: 0, bytesSent: BYTES, bytesReceived: BYTES }

    /** Waits until there is exactly one edge at these nodes of a view of an app, with these ends and numbers. */
    const isOneEdge = async (
      side: Side,
      view: string,
      source: string,
      target: string,
      nodes: readonly string[],
    ) => {
      let seen: readonly Edge[] = []
      try {
        await eventually(`one edge in ${view}`, async () => {
          seen = edgesAt(await side.scope.view(view, ALL), ...nodes)
          const [edge, ...others] = seen
          return (
            others.length === 0 &&
            edge?.source === source &&
            edge.target === target &&
            Object.entries(numbers).every(([key, value]) => edge[key as keyof typeof numbers] === value)
          )
        })
      } catch (cause) {
        throw new Error(`${view}: not only ${source} -> ${target}: ${JSON.stringify(seen, null, 1)}`, {
          cause,
        })
      }
    }

    const isOnBothMaps = async ({ client, server }: Opened): Promise<void> => {
      for (const side of stage.sides) {
        await isOneEdge(side, 'processes', client.process, server.process, [client.process, server.process])
        const contained = [client, server].map(({ inContainers }) => inContainers)
        const containers = contained.filter((id) => !id.startsWith('pseudo:'))
        if (containers.length > 0)
          await isOneEdge(side, 'containers', client.inContainers, server.inContainers, containers)
      }
    }

    /** How the connection of a client's socket arrives at the server's host, as the kernels track it. */
    const arrival = ({ local, peer }: Socket): readonly [local: string, peer: string] => {
      let way: readonly [string, string] = [peer, local]
      for (const side of stage.sides) {
        const tracked = trackedOn(side).find(({ original }) => original === `${way[1]} > ${way[0]}`)
        const [at, back] = tracked?.reply.split(' > ') ?? []
        if (at !== undefined && back !== undefined) way = [at, back]
      }
      return way
    }

    const linkLocal = ({ host }: Side): string =>
      /inet6 (fe80:[^/]+)/.exec(host.exec('ip', '-6', 'addr', 'show', 'dev', 'eth0', 'scope', 'link'))?.[1] ??
      ''

    it.each<[string, Place, Place, () => string, boolean]>([
      ['a process to a process', 'process', 'process', () => to.main, false],
      ['at a second address', 'process', 'process', () => to.second, false],
      ['by IPv6', 'process', 'process', () => to.v6, false],
      ['by link-local addresses', 'process', 'process', () => `${linkLocal(to)}%eth0`, false],
      ['a container behind its host', 'container', 'process', () => to.main, false],
      ['a process to a published port', 'process', 'container', () => to.main, false],
      ['a process to a published port that docker-proxy serves', 'process', 'container', () => to.v6, true],
      ['a container to a published port', 'container', 'container', () => to.main, false],
    ])('%s: one edge on both maps', async (_, client, server, address, isProxied) => {
      const opened = await open(client, server, address())
      if (!isProxied)
        expect(arrival(opened.client.socket)).toEqual([opened.server.socket.local, opened.server.socket.peer])
      await isOnBothMaps(opened)
    })

    it('in the view of hosts, all that goes from one to the other is one edge, and nothing leads elsewhere', async () => {
      const opened = await open('container', 'container', to.main)
      await isOnBothMaps(opened)
      const hostOf = (id: string) => id.split(';')[0]
      const [near, far] = [from.host.id, to.host.id]
      for (const { scope } of stage.sides) {
        // A connection of Scope itself that has just begun leads to an address until both sides have reported it.
        await eventually('the sums', async () => {
          const [hosts, processes] = [await scope.view('hosts', ALL), await scope.view('processes', ALL)]
          const between = Object.values(processes.edges).filter(
            ({ source, target }) => hostOf(source) === near && hostOf(target) === far,
          )
          const whole = Object.values(hosts.edges).find(({ source }) => source === `${near};<host>`)
          const sums = (['open', 'opened', 'failed'] as const).map((key) => [
            whole?.[key],
            between.reduce((sum, edge) => sum + edge[key], 0),
          ])
          for (const [a, b] of sums) expect(a).toBe(b)
          expect(whole?.ports).toContain(7000)
          const ofHosts = Object.values(hosts.edges).map(
            ({ source, target }) => `${hostOf(source)} ${hostOf(target)}`,
          )
          expect(ofHosts.sort()).toEqual([`${near} ${far}`, `${far} ${near}`].sort())
          const labels = Object.values(hosts.nodes).map(({ label }) => label)
          expect(labels.sort()).toEqual([near, far].sort())
          return true
        })
      }
    })

    it('what a container does on one host is not shown at one of its name on the other', async () => {
      const bystander = await runContainer(from, 'web', ['/bin/busybox', 'sleep', '1000'])
      ends.push(bystander.remove)
      const opened = await open('process', 'container', to.main)
      await isOnBothMaps(opened)
      for (const { scope } of stage.sides) {
        // Until Docker has told its name, a container is called by its id; one that was removed is there until that is reported.
        const view = await eventually('the names of both', async () => {
          const containers = await scope.view('containers', ALL)
          const web = Object.values(containers.nodes).filter(({ label }) => label === 'web')
          expect(web.map(({ labelMinor }) => labelMinor).sort()).toEqual([from.host.id, to.host.id].sort())
          return containers
        })
        expect(edgesAt(view, bystander.node)).toEqual([])
      }
    })

    const signal = async ({ host, scope }: Side, name: string): Promise<void> =>
      void host.exec('kill', `-${name}`, String(await scope.pidOf('probe')))

    /** What has just been sent, and came back, has a rate for some seconds. */
    const hasNoTraffic = (side: Side, process: string) =>
      eventually('no traffic', async () =>
        edgesAt(await side.scope.view('processes', ALL), process).every(
          (edge) => edge.bytesSentPerSecond + edge.bytesReceivedPerSecond === 0,
        ),
      )

    /** Looks at the edges of a process on an app until `isDone`; they never have more than one connection, or a rate. */
    const follow = async (
      side: Side,
      process: string,
      isDone: (edges: readonly Edge[]) => boolean,
    ): Promise<void> => {
      const tooMany: Edge[] = []
      let seen: readonly Edge[] = []
      const look = async () => {
        seen = edgesAt(await side.scope.view('processes', ALL), process)
        const sum = (key: 'opened' | 'bytesSent' | 'bytesReceived') =>
          seen.reduce((total, edge) => total + edge[key], 0)
        if (sum('opened') > 1 || sum('bytesSent') > BYTES || sum('bytesReceived') > BYTES)
          tooMany.push(...seen)
        tooMany.push(...seen.filter((edge) => edge.bytesSentPerSecond + edge.bytesReceivedPerSecond > 0))
        return isDone(seen)
      }
      try {
        await eventually(`the edge of ${process}`, look, 60_000)
      } catch (cause) {
        throw new Error(`other edges: ${JSON.stringify(seen, null, 1)}`, { cause })
      }
      expect(tooMany).toEqual([])
    }

    const leadsBetween = (edges: readonly Edge[], source: string, target: string): boolean =>
      edges.length === 1 &&
      edges.every(
        (edge) => edge.source === source && edge.target === target && edge.open === 1 && edge.opened === 1,
      )

    it.each<[string, Place, () => [silent: Side, other: Side], 'client' | 'server', () => string]>([
      ['the server’s', 'container', () => [to, from], 'client', () => to.main],
      ['the client’s', 'container', () => [from, to], 'server', () => from.main],
    ])(
      'when %s probe falls silent, its host is an address, and later as before',
      async (_, place, who, told, address) => {
        const opened = await open(place, 'process', to.main)
        await isOnBothMaps(opened)
        const [silent, other] = who()
        const { process } = opened[told]
        await hasNoTraffic(other, process)
        await signal(silent, 'STOP')
        const outside = `pseudo:address:;${address()}`
        try {
          await follow(other, process, (edges) =>
            told === 'client' ? leadsBetween(edges, process, outside) : leadsBetween(edges, outside, process),
          )
          for (const view of ['hosts', 'processes', 'containers']) {
            const { nodes, edges } = await other.scope.view(view, ALL)
            const ids = [
              ...Object.keys(nodes),
              ...Object.values(edges).flatMap(({ source, target }) => [source, target]),
            ]
            expect(ids.filter((id) => id.includes(silent.host.id))).toEqual([])
          }
          expect((await other.scope.probes()).map(({ hostId }) => hostId)).toEqual([other.host.id])
        } finally {
          await signal(silent, 'CONT')
        }
        await follow(other, process, (edges) =>
          leadsBetween(edges, opened.client.process, opened.server.process),
        )
      },
    )

    it('a probe that starts when connections are open changes no totals', async () => {
      const opened = await open('container', 'container', to.main)
      await isOnBothMaps(opened)
      await hasNoTraffic(from, opened.client.process)
      const lastSeen = async () =>
        (await from.scope.probes()).find(({ hostId }) => hostId === to.host.id)?.lastSeen
      const pid = await to.scope.pidOf('probe')
      await to.scope.kill('probe')
      await eventually('another probe', async () => (await to.scope.pidOf('probe')) !== pid, 60_000)
      // The one that was killed sends nothing any more.
      const before = await lastSeen()
      await eventually('its report', async () => {
        const now = await lastSeen()
        return now !== undefined && now !== before
      })
      await follow(from, opened.client.process, (edges) =>
        leadsBetween(edges, opened.client.process, opened.server.process),
      )
      await isOnBothMaps(opened)
    })
  },
)
