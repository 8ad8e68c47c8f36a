import type { ReportIndex } from '../reports/report-index.ts'
import { type Flow, type Half, type RemoteEnd, wantedOf } from './flow.ts'
import { joinFolded } from './folded.ts'
import { type Meeting, meetings } from './meeting.ts'
import { type Owners, ownersIn } from './owners.ts'
import { isLeftBehind, type Met, withoutOutlived } from './resting.ts'
import { shareOut } from './sharing/share-out.ts'

/** Halves that were matched, and the flows made of them. */
interface SharedOut extends Met {
  readonly flows: readonly Flow[]
}

/** The flows made from halves, and the matches that the next stitch can reuse when some reports are new. */
export interface Stitch {
  readonly flows: readonly Flow[]
  /** Keyed by the first of the client halves. */
  readonly shared: ReadonlyMap<Half, SharedOut>
}

/**
 * Joins the halves of all reports into whole connections. A half without a partner becomes a flow whose other end is
 * the remote address, with the nodes that hold it. The only halves dropped are idle ones whose other end has ended
 * ({@link isLeftBehind}).
 *
 * @param indexes every report held, in a fixed order
 * @param earlier the previous stitch: when the same halves are matched again, its flow objects are reused
 */
export const stitch = (
  indexes: readonly ReportIndex[],
  halves: readonly Half[],
  earlier?: Stitch,
): Stitch => {
  const owners = ownersIn(indexes)
  const flows: Flow[] = []
  const shared = new Map<Half, SharedOut>()
  let unjoined = halves
  for (const meeting of meetings(owners)) {
    const joined = new Set<Half>()
    for (const met of meet(unjoined, meeting)) {
      const { clients, servers } = withoutOutlived(met)
      const [first] = clients
      // When several reports claim the same address, it may be two different places, and a match would be a guess.
      if (first === undefined || !fromOneReport(clients) || !fromOneReport(servers)) continue
      const [server] = servers
      if (server === undefined) continue
      const known = earlier?.shared.get(first)
      const made =
        known && sameMet(known, { clients, servers })
          ? known
          : { clients, servers, flows: shareOut(clients, servers) }
      shared.set(first, made)
      for (const flow of made.flows) flows.push(flow)
      for (const half of [...clients, ...servers]) joined.add(half)
    }
    if (joined.size > 0) unjoined = unjoined.filter((half) => !joined.has(half))
  }
  const { joined, left } = joinFolded(unjoined, owners)
  const unwatched = left.filter((half) => !isLeftBehind(half, owners))
  return { flows: [...flows, ...joined, ...unwatched.map((half) => unwatchedFlow(half, owners))], shared }
}

const sameMet = (a: Met, b: Met): boolean =>
  sameHalves(a.clients, b.clients) && sameHalves(a.servers, b.servers)

const sameHalves = (a: readonly Half[], b: readonly Half[]): boolean =>
  a.length === b.length && a.every((half, i) => half === b[i])

const meet = (halves: readonly Half[], meeting: Meeting): Met[] => {
  const byKey = new Map<string, Met>()
  for (const half of halves) {
    const key = meeting[half.role](half)
    if (key === undefined) continue
    let met = byKey.get(key)
    if (met === undefined) {
      met = { clients: [], servers: [] }
      byKey.set(key, met)
    }
    met[half.role === 'client' ? 'clients' : 'servers'].push(half)
  }
  return [...byKey.values()].filter(({ clients, servers }) => clients.length > 0 && servers.length > 0)
}

const fromOneReport = (halves: readonly Half[]): boolean =>
  halves.every((half) => half.process.at === halves[0]?.process.at)

const unwatchedFlow = (half: Half, owners: Owners): Flow => {
  const { role, process, clientAddress, serverAddress, port, serverName, numbers } = half
  const from = process.at
  const common = { port, numbers, records: [half.record] } as const
  if (role === 'server') {
    const held = owners.of(clientAddress, from)
    const client: RemoteEnd = {
      kind: 'remote',
      address: clientAddress,
      askedFor: undefined,
      owners: held,
      from,
    }
    return { client, server: process, ...common }
  }
  const held = owners.ofPort(serverAddress, port, from)
  const server: RemoteEnd = {
    kind: 'remote',
    address: serverAddress,
    askedFor: serverName,
    owners: held,
    from,
  }
  return { client: process, server, ...common, ...wantedOf(half, numbers) }
}
