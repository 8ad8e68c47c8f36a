import { prefixOf } from '../../report/address/ip.ts'
import { withoutHistogram } from '../../report/histogram.ts'
import type { Address } from '../../report/schema.ts'
import type { Flow, Half } from './flow.ts'
import { serverPlace } from './joining/meeting.ts'
import {
  counterKeys,
  failedOf,
  histogramKeys,
  type Numbers,
  rateKeys,
  type Totals,
  tellsAnything,
} from './numbers.ts'
import type { Owners } from './owners.ts'
import { type Doubt, doubtOf } from './sharing/doubt.ts'
import { shareBetween } from './sharing/share-out.ts'

/** Halves whose remote address stands for a whole network, by {@link keyOf}. */
type FoldedHalves = ReadonlyMap<string, readonly Half[]>

/** The lengths of the prefixes by which halves are folded, longest first, by the role of these halves. */
export type PrefixLengths = Readonly<Record<Half['role'], readonly number[]>>

/**
 * How many prefix lengths are tried. Probes fold by only a few, and each costs a lookup for every half that is not
 * folded. Halves folded by shorter prefixes are not joined.
 */
const MAX_LENGTHS = 6

/** The prefix lengths to be tried. @param lengths those by which halves are folded, in any order */
export const prefixLengths = (lengths: Iterable<number>): readonly number[] =>
  [...new Set(lengths)].sort((a, b) => b - a).slice(0, MAX_LENGTHS)

/**
 * Joins halves with partners that were folded by prefix because they had too many remote addresses. A folded half
 * also counts connections of unrelated remotes. The flow therefore takes the numbers of the half that was not folded,
 * and they are subtracted from the folded one.
 *
 * @param lengths the prefix lengths by which any half of all reports is folded
 * @param doubts gets between whom there may be connections that no flow tells of
 * @returns `joined`: the flows; `left`: halves without a partner, and what remains of folded halves
 */
export const joinFolded = (
  halves: readonly Half[],
  owners: Owners,
  lengths: PrefixLengths,
  doubts: Doubt[],
): { readonly joined: readonly Flow[]; readonly left: readonly Half[] } => {
  // The usual case: nothing is folded.
  if (!halves.some((half) => isVerified(half) && isFoldedHalf(half))) return { joined: [], left: halves }
  // What was joined is taken off a folded half, so whoever made connections up would hide those of others.
  const [verified, others] = [halves.filter(isVerified), halves.filter((half) => !isVerified(half))]
  const folded = verified.filter(isFoldedHalf)
  const tellOf = {
    client: foldedHalves(folded, 'client', owners),
    server: foldedHalves(folded, 'server', owners),
  }
  const partnersOf = (half: Half): readonly Half[] | undefined => {
    const byKey = tellOf[otherRole(half)]
    for (const key of foldedKeysOf(half, owners, lengths)) {
      const found = byKey.get(key)
      if (found) return found
    }
    return undefined
  }

  const joined: Flow[] = []
  const shared = new Set<Half>()
  const single = verified.filter((half) => !isFoldedHalf(half))
  const byPartners = Map.groupBy(single, partnersOf)
  const unjoined = byPartners.get(undefined) ?? []
  byPartners.delete(undefined)
  // With several partners the split is an estimate: their numbers include other remotes, and say little about these
  // halves.
  for (const [partners = [], met] of byPartners) {
    if (partners.length > 1) for (const half of partners) shared.add(half)
    for (const ofOneReport of Map.groupBy(met, (half) => half.process.at).values()) {
      const flows = shareBetween(ofOneReport, partners)
      if (flows.length < ofOneReport.length * partners.length) doubts.push(doubtOf(ofOneReport, partners))
      for (const flow of flows)
        joined.push(partners.length > 1 ? { ...flow, numbers: { ...flow.numbers, estimated: true } } : flow)
    }
  }

  const explained = Map.groupBy(
    joined.flatMap((flow) => flow.records.map((record) => ({ record, numbers: flow.numbers }))),
    ({ record }) => record,
  )
  const rest = folded.flatMap((half) => {
    const known = explained.get(half.record)?.map(({ numbers }) => numbers)
    // Of several it may as well be another whose connections these are.
    if (known === undefined) return [shared.has(half) ? estimated(half) : half]
    const numbers = without(half.numbers, known)
    return tellsAnything(numbers) ? [{ ...half, numbers }] : []
  })
  return { joined, left: [...unjoined, ...rest, ...others] }
}

const estimated = (half: Half): Half => ({ ...half, numbers: { ...half.numbers, estimated: true } })

const isVerified = ({ process }: Half): boolean => process.at.verified

/**
 * The keys under which a half can meet a folded one: its own when it is folded, else one for each prefix length, longest
 * prefix first. Halves without a common key are never joined here.
 */
export const foldedKeysOf = (half: Half, owners: Owners, lengths: PrefixLengths): readonly string[] => {
  if (!isVerified(half)) return []
  if (isFoldedHalf(half)) return [keyOf(half, remoteAddress(half).id, owners) ?? []].flat()
  return lengths[otherRole(half)].flatMap((bits) => {
    const network = networkOf(half, bits, owners)
    return (network && keyOf(half, network, owners)) ?? []
  })
}

const otherRole = ({ role }: Half): Half['role'] => (role === 'client' ? 'server' : 'client')

/** Whether the remote address of a half stands for a whole network. */
export const isFoldedHalf = (half: Half): boolean => remoteAddress(half).prefixBits !== undefined

/** The address of a half's other end. */
export const remoteAddress = ({ role, clientAddress, serverAddress }: Half): Address =>
  role === 'client' ? serverAddress : clientAddress

const foldedHalves = (folded: readonly Half[], role: Half['role'], owners: Owners): FoldedHalves => {
  const halves = folded.filter((half) => half.role === role)
  const byKey = Map.groupBy(halves, (half) => keyOf(half, remoteAddress(half).id, owners) ?? '')
  byKey.delete('')
  // Leaves out keys that several reports claim: the same address may be two different places.
  return new Map(
    [...byKey].filter(([, [first, ...others]]) => others.every((h) => h.process.at === first?.process.at)),
  )
}

/** The key that a folded half and a single half within it share. @param network id of the network that is folded */
const keyOf = (half: Half, network: string, owners: Owners): string | undefined => {
  // A server folds its clients, and a client its servers. The address that is not folded is the folding side's own.
  const folder = isFoldedHalf(half) ? half.role : half.role === 'client' ? 'server' : 'client'
  const place =
    folder === 'server' ? serverPlace(owners)(half) : owners.placeOf(half.clientAddress, half.process.at)
  return place && (folder === 'server' ? `${network} > ${place}` : `${place} > ${network} ${half.port}`)
}

/**
 * Address book id of the network that contains a half's own address. Undefined when several hosts claim that address.
 */
const networkOf = (half: Half, bits: number, owners: Owners): string | undefined => {
  const own = half.role === 'client' ? half.clientAddress : half.serverAddress
  if (owners.placeOf(own, half.process.at) !== own.id) return undefined
  return `${own.id.slice(0, own.id.lastIndexOf(';'))};${prefixOf(own.ip, bits, bits)}`
}

const without = (numbers: Numbers, known: readonly Numbers[]): Numbers => {
  const rest: Totals = { ...numbers }
  for (const part of known) {
    for (const key of [...counterKeys, ...rateKeys]) rest[key] = Math.max(0, rest[key] - part[key])
    for (const key of histogramKeys) rest[key] = withoutHistogram(rest[key], part[key])
    rest.estimated ||= part.estimated
  }
  return { ...rest, failed: failedOf(rest) }
}
