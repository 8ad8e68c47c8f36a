import { type Answer, decode, type StringAnswer } from 'dns-packet'
import { canonicalIp } from '../../../report/address/ip.ts'
import { domainName } from '../domain-name.ts'

/** An answer of DNS: a name and the addresses that it stands for. */
export interface NamedAddresses {
  /** As it was asked for, before any alias. */
  readonly name: string
  readonly addresses: readonly NamedAddress[]
}

/** One address of an answer. */
export interface NamedAddress {
  readonly ip: string
  /** How long it holds: the shortest time to live on the way from the name to the address, s. */
  readonly ttlSeconds: number
}

const MAX_ALIASES = 16
const MAX_ADDRESSES = 64
const HEADER_BYTES = 12
/** A question about the root: an empty name, type and class. */
const MIN_RECORD_BYTES = 5

type Alias = StringAnswer & { type: 'CNAME' }
type AddressAnswer = StringAnswer & { type: 'A' | 'AAAA' }

const isAlias = (answer: Answer): answer is Alias => answer.type === 'CNAME'
const isAddress = (answer: Answer): answer is AddressAnswer => answer.type === 'A' || answer.type === 'AAAA'

const keyOf = (name: string): string => name.toLowerCase()

/** How long each name may stand for the one asked for: that one itself without limit, then alias after alias. */
const reachable = (asked: string, answers: readonly Answer[]): ReadonlyMap<string, number> => {
  const aliases = new Map(answers.filter(isAlias).map((alias) => [keyOf(alias.name), alias]))
  const reached = new Map([[keyOf(asked), Number.POSITIVE_INFINITY]])
  let at = keyOf(asked)
  for (let steps = 0; steps < MAX_ALIASES; steps++) {
    const alias = aliases.get(at)
    if (alias === undefined) break
    const ttlSeconds = Math.min(reached.get(at) ?? 0, alias.ttl ?? 0)
    at = keyOf(alias.data)
    if (reached.has(at)) break
    reached.set(at, ttlSeconds)
  }
  return reached
}

/** A header may promise more records than the message has room for; the decoder would make room for them first. */
const isHonest = (message: Buffer): boolean => {
  if (message.length < HEADER_BYTES) return false
  const records = [4, 6, 8, 10].reduce((sum, at) => sum + message.readUInt16BE(at), 0)
  return records * MIN_RECORD_BYTES <= message.length - HEADER_BYTES
}

const decoded = (message: Buffer) => {
  if (!isHonest(message)) return undefined
  try {
    return decode(message)
  } catch {
    // Whatever any socket is sent from a port 53 comes here, and long messages come cut.
    return undefined
  }
}

/**
 * Reads a DNS message.
 *
 * Only addresses that the name asked for leads to, directly or by aliases, are its own; what else a message brings is not.
 *
 * @returns undefined for what is no answer with addresses to one question for A or AAAA
 */
export const parseAnswer = (message: Buffer): NamedAddresses | undefined => {
  const packet = decoded(message)
  const [question, ...others] = packet?.questions ?? []
  if (packet?.type !== 'response' || question === undefined || others.length > 0) return undefined
  if (question.class !== 'IN' || (question.type !== 'A' && question.type !== 'AAAA')) return undefined
  const name = domainName(question.name)
  if (name === undefined) return undefined

  const answers = packet.answers ?? []
  const reached = reachable(question.name, answers)
  const addresses = answers.filter(isAddress).flatMap((answer): NamedAddress[] => {
    const limit = reached.get(keyOf(answer.name))
    const ip = canonicalIp(answer.data)
    if (limit === undefined || ip === undefined || answer.class !== 'IN') return []
    return [{ ip, ttlSeconds: Math.min(limit, answer.ttl ?? 0) }]
  })
  return addresses.length === 0 ? undefined : { name, addresses: addresses.slice(0, MAX_ADDRESSES) }
}
