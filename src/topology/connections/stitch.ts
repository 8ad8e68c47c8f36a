import type { ReportIndex } from '../reports/report-index.ts'
import { type Flow, type Half, type RemoteEnd, wantedOf } from './flow.ts'
import { joinFolded } from './folded.ts'
import { type Meeting, type Meetings, meetings } from './meeting.ts'
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
  const { mets, unjoined } = joinHalves(halves, meetings(owners))
  const flows: Flow[] = []
  const shared = new Map<Half, SharedOut>()
  for (const { clients, servers } of mets) {
    const [first] = clients
    if (first === undefined) continue
    const known = earlier?.shared.get(first)
    const made =
      known && sameMet(known, { clients, servers })
        ? known
        : { clients, servers, flows: shareOut(clients, servers) }
    shared.set(first, made)
    for (const flow of made.flows) flows.push(flow)
  }
  const { joined, left } = joinFolded(unjoined, owners)
  const unwatched = left.filter((half) => !isLeftBehind(half, owners))
  return { flows: [...flows, ...joined, ...unwatched.map((half) => unwatchedFlow(half, owners))], shared }
}

interface JoinedHalves {
  readonly mets: readonly Met[]
  readonly unjoined: readonly Half[]
}

const joinHalves = (halves: readonly Half[], { all, behindNat }: Meetings): JoinedHalves => {
  const mets: Met[] = []
  let unjoined = halves
  for (const meeting of all) {
    const joined = new Set<Half>()
    for (const met of meet(unjoined, meeting)) {
      const { clients, servers } = withoutOutlived(met)
      // When several reports claim the same address, it may be two different places, and a match would be a guess.
      if (clients.length === 0 || servers.length === 0) continue
      if (!fromOneReport(clients) || !fromOneReport(servers)) continue
      mets.push({ clients, servers })
      for (const half of [...clients, ...servers]) joined.add(half)
    }
    if (joined.size > 0) unjoined = unjoined.filter((half) => !joined.has(half))
  }
  return withTranslatedClients({ mets, unjoined }, behindNat)
}

/**
 * Adds clients whose translation their probe did not see to the match of other clients of their host: the server sees
 * them all at the same address.
 */
const withTranslatedClients = (
  { mets, unjoined }: JoinedHalves,
  behindNat: readonly Meeting[],
): JoinedHalves => {
  const translated = unjoined.filter(
    ({ role, clientAddress }) => role === 'client' && clientAddress.scope === 'host',
  )
  if (translated.length === 0) return { mets, unjoined }
  const added = new Map<Met, Half[]>()
  const found = new Set<Half>()
  for (const meeting of behindNat) {
    const metAt = new Map<string, Met>()
    for (const met of mets)
      for (const server of met.servers) {
        const key = meeting.server(server)
        if (key !== undefined) metAt.set(key, met)
      }
    for (const half of translated) {
      const met = found.has(half) ? undefined : metAt.get(meeting.client(half) ?? '')
      if (met === undefined || met.clients[0]?.process.at !== half.process.at) continue
      if (withoutOutlived({ clients: [half], servers: met.servers }).clients.length === 0) continue
      const others = added.get(met)
      if (others) others.push(half)
      else added.set(met, [half])
      found.add(half)
    }
  }
  return {
    mets: mets.map((met) => {
      const more = added.get(met)
      return more ? { clients: [...met.clients, ...more], servers: met.servers } : met
    }),
    unjoined: unjoined.filter((half) => !found.has(half)),
  }
}

const sameMet = (a: Met, b: Met): boolean =>
  sameHalves(a.clients, b.clients) && sameHalves(a.servers, b.servers)

const sameHalves = (a: readonly Half[], b: readonly Half[]): boolean =>
  a.length === b.length && a.every((half, i) => half === b[i])

const meet = (halves: readonly Half[], meeting: Meeting): Met[] => {
  const byKey = new Map<string, Met>()
  for (const half of halves) {
    const key = half.role === 'server' ? meeting.server(half) : undefined
    if (key === undefined) continue
    const met = byKey.get(key)
    if (met) met.servers.push(half)
    else byKey.set(key, { clients: [], servers: [half] })
  }
  if (byKey.size === 0) return []
  for (const half of halves) {
    const key = half.role === 'client' ? meeting.client(half) : undefined
    if (key !== undefined) byKey.get(key)?.clients.push(half)
  }
  return [...byKey.values()].filter(({ clients }) => clients.length > 0)
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
