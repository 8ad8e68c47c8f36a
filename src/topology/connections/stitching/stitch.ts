import { type Flow, type Half, type RemoteEnd, saysTheSame, wantedOf } from '../flow.ts'
import { joinFolded, type PrefixLengths } from '../folded.ts'
import { joinHalves } from '../joining/join-halves.ts'
import type { Meetings } from '../joining/meeting.ts'
import { isLeftBehind, type Met } from '../joining/resting.ts'
import { failureKeys, nothingOf } from '../numbers.ts'
import type { Owners } from '../owners.ts'
import { type Doubt, NO_DOUBTS } from '../sharing/doubt.ts'
import type { NumberLists } from '../sharing/number-lists.ts'
import { serversTell, shareOut } from '../sharing/share-out.ts'

/** What all halves are joined by. */
export interface Surroundings {
  readonly owners: Owners
  /** The ways to match halves, by these owners. */
  readonly meetings: Meetings
  readonly lengths: PrefixLengths
  /** For sharing out numbers. */
  readonly lists: NumberLists
}

/** Halves that were matched, the flows made of them, and what these leave in doubt. */
export interface SharedOut extends Met {
  readonly flows: readonly Flow[]
  readonly doubts: readonly Doubt[]
}

/** The flows made from halves, and the matches that the next stitch can reuse when some reports are new. */
export interface Stitch {
  readonly flows: readonly Flow[]
  /** Between whom there may be connections that no flow tells of. */
  readonly doubts: readonly Doubt[]
  /** Keyed by the first of the client halves. */
  readonly shared: ReadonlyMap<Half, SharedOut>
  /** Whether the flows may be others when the same halves are told again later. */
  readonly isPassing: boolean
}

/**
 * Joins halves into whole connections. A half without a partner becomes a flow whose other end is the remote address,
 * with the nodes that hold it. The only halves dropped are idle ones whose other end has ended ({@link isLeftBehind}).
 *
 * Halves that have no key in common, of those that `keysOf` in `half-keys.ts` returns, have no influence on each other.
 *
 * @param halves in the order of their records: how numbers are shared out among several depends on it
 * @param earlier finds previous matches by the first of their client halves: when the same halves are matched again, or say the
 *   same of a flow, the flow objects are reused
 */
export const stitch = (
  halves: readonly Half[],
  { owners, meetings, lengths, lists }: Surroundings,
  earlier?: { get(first: Half): SharedOut | undefined },
): Stitch => {
  const { mets, unjoined, unconfirmed, isPassing } = joinHalves(halves, meetings)
  const flows: Flow[] = []
  let doubts = NO_DOUBTS
  const shared = new Map<Half, SharedOut>()
  for (const { clients, servers } of mets) {
    const [first] = clients
    if (first === undefined) continue
    const known = earlier?.get(first)
    const made =
      known && sameMet(known, { clients, servers })
        ? known
        : sharedOut({ clients, servers }, known?.flows ?? [], lists)
    shared.set(first, made)
    for (const flow of made.flows) flows.push(flow)
    if (made.doubts.length > 0) doubts = [...doubts, ...made.doubts]
  }
  const untold: Half[] = []
  for (const { clients, servers } of mets)
    if (serversTell(clients, servers)) untold.push(...failuresOf(clients))
  // The usual case: all are joined.
  if (unjoined.length + untold.length + unconfirmed.length === 0) return { flows, doubts, shared, isPassing }
  const ofFolded: Doubt[] = []
  const { joined, left } = joinFolded([...unjoined, ...untold], owners, lengths, ofFolded)
  const unwatched = left.filter((half) => !isLeftBehind(half, owners))
  return {
    flows: [
      ...flows,
      ...joined,
      ...unwatched.map((half) => unwatchedFlow(half, owners)),
      ...unconfirmed.map((half) => unconfirmedFlow(half, owners)),
    ],
    doubts: ofFolded.length === 0 ? doubts : [...doubts, ...ofFolded],
    shared,
    isPassing,
  }
}

/**
 * The flow of connections that the host at the other end does not have. Who has their address now did not get them, so they lead
 * to no container there.
 */
const unconfirmedFlow = (half: Half, owners: Owners): Flow => {
  const flow = unwatchedFlow(half, owners)
  if (flow.server.kind !== 'remote') return flow
  const holders = owners.of(half.serverAddress, half.process.at)
  return { ...flow, server: { ...flow.server, owners: holders.filter(({ id, at }) => id === at.hostNode) } }
}

/**
 * What only clients know when the numbers are taken from servers: attempts that no server saw. To which process they would
 * have led is not known.
 */
const failuresOf = (clients: readonly Half[]): Half[] =>
  clients.flatMap((half) => {
    const { numbers } = half
    if (numbers.failed === 0 && numbers.abandoned === 0) return []
    const { failedPerSecond, failed, abandoned } = numbers
    const failures = Object.fromEntries(failureKeys.map((key) => [key, numbers[key]]))
    return [{ ...half, numbers: { ...nothingOf(numbers), ...failures, failed, abandoned, failedPerSecond } }]
  })

const sharedOut = (met: Met, earlier: readonly Flow[], lists: NumberLists): SharedOut => {
  const doubts: Doubt[] = []
  const flows = keepingTold(earlier, shareOut(met.clients, met.servers, lists, doubts))
  return { ...met, flows, doubts: doubts.length === 0 ? NO_DOUBTS : doubts }
}

/** Takes from earlier flows those that say the same: so it is where a half was told again that the numbers are not taken from. */
const keepingTold = (earlier: readonly Flow[], now: readonly Flow[]): readonly Flow[] =>
  earlier.length === 0
    ? now
    : now.map((flow, i) => {
        const before = earlier[i]
        return before !== undefined && saysTheSame(before, flow) ? before : flow
      })

const sameMet = (a: Met, b: Met): boolean =>
  sameHalves(a.clients, b.clients) && sameHalves(a.servers, b.servers)

const sameHalves = (a: readonly Half[], b: readonly Half[]): boolean =>
  a.length === b.length && a.every((half, i) => half === b[i])

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
