import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Edge, PortRow, PortsDocument, ViewDocument } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { killLeftPrograms } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'
import { type Incident, POLL_SECONDS, SESSION_COUNT, STOCK_SECONDS, setUpIncident } from './stage.ts'

const COLLECT_MS = 60_000
/** The walk that sees to it that a socket belongs to its holder comes after a minute at most. */
const WALK_MS = 75_000

describeWith(['root', 'ebpf', 'docker'], 'an incident, asked about by its symptoms', () => {
  let incident: Incident
  let scope: RunningScope

  const nodeId = (name: string): string => `${incident.containers.get(name)};<container>`
  const asked = (query: string, view = 'containers'): Promise<ViewDocument> =>
    scope.view(view, `?q=${encodeURIComponent(query)}`)
  /** Edges between containers of the incident, by their names: `checkout → cart`. */
  const edgesOf = ({ nodes, edges }: ViewDocument): Map<string, Edge> => {
    const { prefix } = incident.docker
    const nameOf = (id: string) => nodes[id]?.label.replace(prefix, '') ?? id
    return new Map(
      Object.values(edges)
        .filter(({ source, target }) =>
          [source, target].some((id) => nodes[id]?.label.startsWith(prefix) === true),
        )
        .map((edge) => [`${nameOf(edge.source)} → ${nameOf(edge.target)}`, edge]),
    )
  }
  /** The answer to a query, once it tells of these edges and of no other one. */
  const answer = (query: string, edges: readonly string[]): Promise<Map<string, Edge>> =>
    eventually(
      `${query} to find ${edges.join(', ')}`,
      async () => {
        const found = edgesOf(await asked(query))
        expect([...found.keys()].sort()).toEqual([...edges].sort())
        return found
      },
      COLLECT_MS,
    )
  /** Ports that a query selects, once there are any. */
  const portsOf = (query: string): Promise<readonly PortRow[]> =>
    eventually(query, async () => {
      const { ports } = await scope.get<PortsDocument>(`/api/ports?q=${encodeURIComponent(query)}`)
      return ports.length > 0 ? ports : undefined
    })
  const ss = (...args: string[]): string => execFileSync('ss', ['-H', ...args], { encoding: 'utf8' })

  /** How long a customer waits for what is in stock: the median, by curl. */
  const secondsToStock = async (): Promise<number> => {
    const { docker, containers } = incident
    const url = 'http://checkout/stock'
    const asked = ['curl', '-s', '-o', '/dev/null', '-w', '%{time_total}', url]
    const seconds: number[] = []
    for (let i = 0; i < 3; i++)
      seconds.push(Number(await docker.docker('exec', containers.get('shopper') ?? '', ...asked)))
    return seconds.sort((a, b) => a - b)[1] ?? Number.NaN
  }
  const callsOfPoller = async (): Promise<Edge | undefined> =>
    edgesOf(await scope.view('containers')).get('poller → redis')
  /** The edge of the poller when it was first seen; while it goes on calling, other things are asked for. */
  let firstCalls: Edge

  beforeAll(async () => {
    scope = await startScope()
    incident = await setUpIncident()
    firstCalls = await eventually('the first call', callsOfPoller)
  })
  afterAll(async () => {
    await incident?.close()
    await scope?.stop()
    killLeftPrograms()
  })

  it('checkout is slow: it waits for the inventory, and nothing else is slow', async () => {
    const seconds = await secondsToStock()
    // what was slow since the machine was busy counts less with each call
    await eventually('how long its callers wait', async () => {
      const slow = await answer('duration>2s from:checkout', ['checkout → inventory'])
      const { duration, connectTime } = slow.get('checkout → inventory') as Edge
      // a log2 histogram tells that to a factor of two
      const p50Us = duration?.p50Us ?? 0
      expect(p50Us).toBeGreaterThan(0.5e6 * STOCK_SECONDS)
      expect(p50Us).toBeLessThan(2.5e6 * seconds)
      // nobody waits for connecting, or for the cart, as long
      expect(connectTime?.p95Us).toBeLessThan(p50Us / 2)
      const cart = edgesOf(await scope.view('containers')).get('checkout → cart')?.duration
      expect(cart?.count).toBeGreaterThan(0)
      expect(cart?.p95Us).toBeLessThan(p50Us)
      return true
    })
  })

  it('one program is turned away by redis, another gets no answer', async () => {
    const refused = await answer('refused>0 to:redis', ['wrong-port → redis'])
    const away = refused.get('wrong-port → redis') as Edge
    expect(away).toMatchObject({ opened: 0, ports: [6380], failedBy: { refused: away.failed, timedOut: 0 } })
    const unanswered = await answer('timedout>0 to:redis', ['cut-off → redis'])
    const silent = unanswered.get('cut-off → redis') as Edge
    expect(silent).toMatchObject({
      opened: 0,
      ports: [6379],
      failedBy: { timedOut: silent.failed, refused: 0 },
    })
    expect(silent.retransmits).toBeGreaterThan(0)
  })

  it('300 sessions of PostgreSQL are one program’s', async () => {
    const { sessions, postgres } = incident
    const { nodes } = await eventually('the program', async () => {
      const view = await asked(`open>=${SESSION_COUNT} kind:process`, 'processes')
      return Object.keys(view.nodes).some((id) => id.endsWith(`;${sessions.pid}`)) && view
    })
    // each session is served by a process of its own
    const { edges } = await scope.view('processes')
    const held = Object.values(edges)
      .filter(({ source, ports }) => source.endsWith(`;${sessions.pid}`) && ports.includes(postgres.port))
      .reduce((sum, { open }) => sum + open, 0)
    const told = ss('-tnp', 'state', 'established', 'dport', '=', `:${postgres.port}`)
      .split('\n')
      .filter((line) => line.includes(`pid=${sessions.pid},`)).length
    expect(held).toBe(told)
    expect(held).toBe(SESSION_COUNT)
    // of the incident, only the program that holds them, and PostgreSQL's own processes
    const { prefix } = incident.docker
    const near = Object.values(edges).filter(({ ports }) => ports.includes(postgres.port))
    const isNear = (id: string) => near.some(({ source, target }) => [source, target].includes(id))
    const others = Object.values(nodes).filter(
      ({ id, label, parents = [] }) =>
        !id.endsWith(`;${sessions.pid}`) &&
        (isNear(id) ||
          /^(postgres|nginx|redis|curl|busybox)/.test(label) ||
          parents.some((parent) => parent.label.startsWith(prefix))),
    )
    expect(others.map(({ label }) => label).filter((label) => label !== 'postgres')).toEqual([])
  })

  it('nginx that forked after it began to listen is told as listening, by those that hold its socket', async () => {
    const { nginx } = incident
    // That the one that began to listen has left it to another is found by a walk, in its time.
    const ports = await eventually(
      'one of those that hold its socket',
      async () => {
        const told = await portsOf(`listen:${nginx.port}`)
        const holders = ss('-ltnp', 'sport', '=', `:${nginx.port}`).matchAll(/pid=(\d+)/g)
        expect([...holders].map(([, pid]) => pid)).toContain(told[0]?.process.id.split(';').at(-1))
        return told
      },
      WALK_MS,
    )
    expect(ports).toMatchObject([{ address: '127.0.0.1', reachable: 'loopback', used: { accepted: 0 } }])
    await fetch(`http://127.0.0.1:${nginx.port}/`)
    await eventually('the first use', async () => {
      const [port] = await portsOf(`listen:${nginx.port}`)
      return port?.used.accepted === 1
    })
  })

  it('a container in the network of the host can be reached from outside, and nobody has come', async () => {
    await eventually('the port of the container', async () => {
      const [port] = await portsOf(`reachable:yes used:never listen:${incident.hostPort}`)
      expect(port).toMatchObject({ reachable: 'outside', container: { id: nodeId('on-host') } })
      return true
    })
    expect(ss('-ltn', 'sport', '=', `:${incident.hostPort}`)).toMatch(/0\.0\.0\.0:|\*:|\[::\]:/)
    await eventually('the container by its port', async () => {
      const found = await asked(`listen:${incident.hostPort} reachable:yes`, 'containers')
      return nodeId('on-host') in found.nodes
    })
  })

  it('a program that calls every 20 s is one line with growing totals and a true beginning', async () => {
    const first = firstCalls
    const later = await eventually(
      'the next two calls',
      async () => {
        const edge = await callsOfPoller()
        const isLater = edge && edge.opened >= first.opened + 2 && edge.closed >= first.closed + 2
        // Times of a host are told by when its reports arrive: those of one that arrives late are, too.
        const isInTime = edge && Date.parse(edge.firstSeen) <= Date.parse(first.firstSeen) + 1000
        return isLater && isInTime ? edge : undefined
      },
      4 * POLL_SECONDS * 1000,
    )
    expect(later.id).toBe(first.id)
    expect(Date.parse(later.firstSeen)).toBeLessThanOrEqual(Date.parse(first.firstSeen) + 1000)
  })
})
