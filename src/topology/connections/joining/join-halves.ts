import { withoutRoom } from '../../without-room.ts'
import type { Half } from '../flow.ts'
import { type Confirmed, confirmed, type Unconfirmed } from './confirmed.ts'
import type { Meeting, Meetings } from './meeting.ts'
import { type Met, withoutOutlived } from './resting.ts'

/** Halves that describe the same connections, and those that no other half was found for. */
export interface JoinedHalves {
  readonly mets: readonly Met[]
  readonly unjoined: readonly Half[]
}

/** The same, with the open connections of clients that a host has not, though it has others at these addresses. */
export interface ConfirmedHalves extends JoinedHalves {
  readonly unconfirmed: readonly Half[]
  /** Whether all meet by the first way, and as they are told. */
  readonly isAsOne: boolean
  /** Whether the result may be another when the same halves are told again later. */
  readonly isPassing: boolean
}

/**
 * Finds the halves that describe the same connections. Each half is in one match at most, by the most reliable way of
 * matching. Open connections that the server's host does not have ({@link confirmed}) match nothing; while they are so new
 * that its report may not have them yet, they are left out.
 *
 * @param wasAsOne whether they were joined as one before, and only tell other numbers and ports since
 */
export const joinHalves = (halves: readonly Half[], meetings: Meetings, wasAsOne = false): ConfirmedHalves =>
  joinedAsOne(halves, meetings, wasAsOne) ?? joinedInTurn(halves, meetings)

const NONE: readonly Half[] = []

/** The usual case, found without any tables: all halves meet by the first way, and as they are told. */
const joinedAsOne = (
  halves: readonly Half[],
  { all }: Meetings,
  wasAsOne: boolean,
): ConfirmedHalves | undefined => {
  const met = wasAsOne ? byRole(halves) : all[0] && metAsOne(halves, all[0])
  if (met === undefined || withoutOutlived(met) !== met) return undefined
  const { unconfirmed, isPassing } = confirmed(met)
  if (unconfirmed.length > 0) return undefined
  return { mets: [met], unjoined: NONE, unconfirmed: NONE, isAsOne: true, isPassing }
}

const byRole = (halves: readonly Half[]): Met => {
  const clients: Half[] = []
  const servers: Half[] = []
  for (const half of halves) (half.role === 'client' ? clients : servers).push(half)
  // They are kept for as long as the halves are.
  return { clients: withoutRoom(clients), servers: withoutRoom(servers) }
}

/** All halves, if they have one key in common, and each side is of one report. */
const metAsOne = (halves: readonly Half[], meeting: Meeting): Met | undefined => {
  let key: string | undefined
  for (const half of halves) {
    const own = half.role === 'client' ? meeting.client(half) : meeting.server(half)
    key ??= own
    if (own === undefined || own !== key) return undefined
  }
  const met = byRole(halves)
  const { clients, servers } = met
  if (clients.length === 0 || servers.length === 0 || !isVerifiedAlike(halves)) return undefined
  return fromOneReport(clients) && fromOneReport(servers) ? met : undefined
}

const isVerifiedAlike = (halves: readonly Half[]): boolean => {
  const [first] = halves
  return first !== undefined && halves.every((half) => isVerified(half) === isVerified(first))
}

const joinedInTurn = (halves: readonly Half[], { all, behindNat }: Meetings): ConfirmedHalves => {
  const mets: Met[] = []
  const unconfirmed = new Map<Half, Unconfirmed>()
  let unjoined = halves
  let isPassing = false
  for (const meeting of all) {
    // The usual case: whatever meets does so by the first way.
    if (unjoined.length === 0) break
    // Behind NAT a client may have other ports than its server sees.
    const hasSamePorts = !behindNat.includes(meeting)
    const joined = new Set<Half>()
    const rests: Half[] = []
    const candidates =
      hasSamePorts || unconfirmed.size === 0 ? unjoined : unjoined.filter((half) => !unconfirmed.has(half))
    for (const found of meet(candidates, meeting)) {
      const met = withoutOutlived(verifiedIn(found))
      // When several reports claim the same address, it may be two different places, and a match would be a guess.
      if (!fromOneReport(met.clients) || !fromOneReport(met.servers)) continue
      const said = hasSamePorts ? confirmed(met) : undefined
      if (said?.isPassing) isPassing = true
      const { clients, servers } = said ? withConfirmed(met, said, unconfirmed, rests, joined) : met
      if (clients.length === 0 || servers.length === 0) continue
      mets.push({ clients, servers })
      for (const half of clients) joined.add(half)
      for (const half of servers) joined.add(half)
    }
    if (joined.size > 0) unjoined = unjoined.filter((half) => !joined.has(half))
    if (rests.length > 0) unjoined = [...unjoined, ...rests]
  }
  const isLeft = (half: Half) => !unconfirmed.has(half)
  return {
    ...withTranslatedClients(
      { mets, unjoined: unconfirmed.size === 0 ? unjoined : unjoined.filter(isLeft) },
      behindNat,
    ),
    unconfirmed: unjoined.filter((half) => unconfirmed.get(half)?.isNew === false),
    isAsOne: false,
    isPassing,
  }
}

/** @param unconfirmed, rests, joined get what {@link confirmed} finds: halves, new ones among them, and what these are parts of */
const withConfirmed = (
  met: Met,
  result: Confirmed,
  unconfirmed: Map<Half, Unconfirmed>,
  rests: Half[],
  joined: Set<Half>,
): Met => {
  if (result.unconfirmed.length === 0) return met
  for (const one of result.unconfirmed) {
    unconfirmed.set(one.half, one)
    if (one.half === one.of) continue
    rests.push(one.half)
    joined.add(one.of)
  }
  return withoutOutlived(result.met)
}

/** Where verified probes tell of a side, what others say of it changes nothing. */
const verifiedIn = ({ clients, servers }: Met): Met => ({
  clients: verifiedOf(clients),
  servers: verifiedOf(servers),
})

const verifiedOf = (halves: readonly Half[]): readonly Half[] => {
  if (halves.every(isVerified)) return halves
  const verified = halves.filter(isVerified)
  return verified.length > 0 ? verified : halves
}

const isVerified = ({ process }: Half): boolean => process.at.verified

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

const meet = (halves: readonly Half[], meeting: Meeting): readonly Met[] => {
  const byKey = new Map<string, { readonly clients: Half[]; readonly servers: Half[] }>()
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

const fromOneReport = (halves: readonly Half[]): boolean => {
  const at = halves[0]?.process.at
  return halves.every((half) => half.process.at === at)
}
