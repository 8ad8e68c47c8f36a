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
import { shareBetween } from './sharing/share-out.ts'

/** Halves whose remote address stands for a whole network, by {@link keyOf}. */
interface FoldedHalves {
  readonly byKey: ReadonlyMap<string, readonly Half[]>
  readonly prefixLengths: ReadonlySet<number>
}

/**
 * How many prefix lengths are tried. Probes fold by only a few, and each costs a lookup for every half that is not
 * folded. Halves folded by further lengths are not joined.
 */
const MAX_LENGTHS = 6

/**
 * Joins halves with partners that were folded by prefix because they had too many remote addresses. A folded half
 * also counts connections of unrelated remotes. The flow therefore takes the numbers of the half that was not folded,
 * and they are subtracted from the folded one.
 *
 * @returns `joined`: the flows; `left`: halves without a partner, and what remains of folded halves
 */
export const joinFolded = (
  halves: readonly Half[],
  owners: Owners,
): { readonly joined: readonly Flow[]; readonly left: readonly Half[] } => {
  // What was joined is taken off a folded half, so whoever made connections up would hide those of others.
  const [verified, others] = [halves.filter(isVerified), halves.filter((half) => !isVerified(half))]
  const folded = verified.filter(isFolded)
  if (folded.length === 0) return { joined: [], left: halves }
  const tellOf = {
    client: foldedHalves(folded, 'client', owners),
    server: foldedHalves(folded, 'server', owners),
  }
  const partnersOf = (half: Half): readonly Half[] | undefined => {
    const { byKey, prefixLengths } = tellOf[half.role === 'client' ? 'server' : 'client']
    for (const bits of prefixLengths) {
      const network = networkOf(half, bits, owners)
      const found = network && byKey.get(keyOf(half, network, owners) ?? '')
      if (found) return found
    }
    return undefined
  }

  const joined: Flow[] = []
  const single = verified.filter((half) => !isFolded(half))
  const byPartners = Map.groupBy(single, partnersOf)
  const unjoined = byPartners.get(undefined) ?? []
  byPartners.delete(undefined)
  // With several partners the split is an estimate: their numbers include other remotes, and say little about these
  // halves.
  for (const [partners = [], met] of byPartners)
    for (const ofOneReport of Map.groupBy(met, (half) => half.process.at).values())
      for (const flow of shareBetween(ofOneReport, partners))
        joined.push(partners.length > 1 ? { ...flow, numbers: { ...flow.numbers, estimated: true } } : flow)

  const explained = Map.groupBy(
    joined.flatMap((flow) => flow.records.map((record) => ({ record, numbers: flow.numbers }))),
    ({ record }) => record,
  )
  const rest = folded.flatMap((half) => {
    const known = explained.get(half.record)?.map(({ numbers }) => numbers)
    if (known === undefined) return [half]
    const numbers = without(half.numbers, known)
    return tellsAnything(numbers) ? [{ ...half, numbers }] : []
  })
  return { joined, left: [...unjoined, ...rest, ...others] }
}

const isVerified = ({ process }: Half): boolean => process.at.verified

const isFolded = (half: Half): boolean => remoteAddress(half).prefixBits !== undefined

const remoteAddress = ({ role, clientAddress, serverAddress }: Half): Address =>
  role === 'client' ? serverAddress : clientAddress

const foldedHalves = (folded: readonly Half[], role: Half['role'], owners: Owners): FoldedHalves => {
  const halves = folded.filter((half) => half.role === role)
  const byKey = Map.groupBy(halves, (half) => keyOf(half, remoteAddress(half).id, owners) ?? '')
  byKey.delete('')
  return {
    // Leaves out keys that several reports claim: the same address may be two different places.
    byKey: new Map(
      [...byKey].filter(([, [first, ...others]]) => others.every((h) => h.process.at === first?.process.at)),
    ),
    prefixLengths: new Set(
      [...new Set(halves.flatMap((half) => remoteAddress(half).prefixBits ?? []))].slice(0, MAX_LENGTHS),
    ),
  }
}

/** The key that a folded half and a single half within it share. @param network id of the network that is folded */
const keyOf = (half: Half, network: string, owners: Owners): string | undefined => {
  // A server folds its clients, and a client its servers. The address that is not folded is the folding side's own.
  const folder = isFolded(half) ? half.role : half.role === 'client' ? 'server' : 'client'
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
