import { type Flow, type Half, type RecordRef, type RemoteEnd, wantedOf } from '../flow.ts'
import { joinFolded, type PrefixLengths } from '../folded.ts'
import { joinHalves } from '../joining/join-halves.ts'
import type { Meetings } from '../joining/meeting.ts'
import { isLeftBehind, type Met } from '../joining/resting.ts'
import { failureKeys, nothingOf } from '../numbers.ts'
import type { Owners } from '../owners.ts'
import { type Doubt, NO_DOUBTS } from '../sharing/doubt.ts'
import type { NumberLists } from '../sharing/number-lists.ts'
import { serversTell, shareOut } from '../sharing/share-out.ts'
import { ToldFlows } from '../sharing/told-flows.ts'

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
  readonly shared: readonly SharedOut[]
  /** Whether flows that there were before, and are among these, have other numbers now. */
  readonly hasMoved: boolean
  /** Whether all halves were joined as one, by the first way and as they are told. */
  readonly isAsOne: boolean
  /** Whether the flows may be others when the same halves are told again later. */
  readonly isPassing: boolean
}

/** Finds what was made of matches by the record of the first of their client halves. */
export interface EarlierShares {
  get(first: RecordRef): SharedOut | undefined
}

/** What was made of all matches of stitches. */
export const earlierShares = (shared: readonly SharedOut[]): EarlierShares => {
  const [only] = shared
  if (only !== undefined && shared.length === 1)
    return { get: (first) => (recordOf(only) === first ? only : undefined) }
  return new Map(
    shared.flatMap((one) => {
      const first = recordOf(one)
      return first === undefined ? [] : [[first, one]]
    }),
  )
}

const recordOf = ({ clients }: Met): RecordRef | undefined => clients[0]?.record

/**
 * Joins halves into whole connections. A half without a partner becomes a flow whose other end is the remote address,
 * with the nodes that hold it. The only halves dropped are idle ones whose other end has ended ({@link isLeftBehind}).
 *
 * Halves that have no key in common, of those that `keysOf` in `half-keys.ts` returns, have no influence on each other.
 *
 * @param halves in the order of their records: how numbers are shared out among several depends on it
 * @param earlier previous matches: when the same halves are matched again, the flow objects are reused, and told their numbers anew
 * @param wasAsOne whether the same halves were joined as one when they were told before, and nobody holds other addresses since
 */
export const stitch = (
  halves: readonly Half[],
  { owners, meetings, lengths, lists }: Surroundings,
  earlier?: EarlierShares,
  wasAsOne = false,
): Stitch => {
  const { mets, unjoined, unconfirmed, isPassing, isAsOne } = joinHalves(halves, meetings, wasAsOne)
  let hasMoved = false
  const shared: SharedOut[] = []
  let untold: readonly Half[] = []
  for (const met of mets) {
    const [first] = met.clients
    if (first === undefined) continue
    const known = earlier?.get(first.record)
    if (known && sameMet(known, met)) shared.push(known)
    else {
      const told = new ToldFlows(known?.flows ?? [])
      shared.push(sharedOut(met, told, lists))
      hasMoved ||= told.hasMoved
    }
    if (serversTell(met.clients, met.servers)) untold = [...untold, ...failuresOf(met.clients)]
  }
  const [only] = shared
  const isOnly = only !== undefined && shared.length === 1
  const flows = isOnly ? only.flows : shared.flatMap((one) => one.flows)
  const doubts = isOnly ? only.doubts : doubtsIn(shared)
  // The usual case: all are joined.
  if (unjoined.length + untold.length + unconfirmed.length === 0)
    return { flows, doubts, shared, hasMoved, isAsOne, isPassing }
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
    hasMoved,
    isAsOne,
    isPassing,
  }
}

const doubtsIn = (shared: readonly SharedOut[]): readonly Doubt[] =>
  shared.every(({ doubts }) => doubts.length === 0) ? NO_DOUBTS : shared.flatMap(({ doubts }) => doubts)

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

const sharedOut = ({ clients, servers }: Met, told: ToldFlows, lists: NumberLists): SharedOut => {
  const doubts: Doubt[] = []
  const flows = shareOut(clients, servers, lists, doubts, told)
  return { clients, servers, flows, doubts: doubts.length === 0 ? NO_DOUBTS : doubts }
}

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
