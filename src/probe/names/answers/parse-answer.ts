import { type Answer, decode, type StringAnswer } from 'dns-packet'
import { canonicalIp } from '../../../report/address/ip.ts'
import { domainName } from '../domain-name.ts'

/** A DNS answer: a name and its addresses. */
export interface NamedAddresses {
  /** The name in the question, before any alias is followed. */
  readonly name: string
  readonly addresses: readonly NamedAddress[]
}

/** One address of an answer. */
export interface NamedAddress {
  readonly ip: string
  /**
   * How long the answer is valid, in seconds: the shortest time to live from the name through all aliases to the
   * address.
   */
  readonly ttlSeconds: number
}

const MAX_ALIASES = 16
const MAX_ADDRESSES = 64
const HEADER_BYTES = 12
/** The smallest record: a question about the root, with an empty name, type and class. */
const MIN_RECORD_BYTES = 5

type Alias = StringAnswer & { type: 'CNAME' }
type AddressAnswer = StringAnswer & { type: 'A' | 'AAAA' }

const isAlias = (answer: Answer): answer is Alias => answer.type === 'CNAME'
const isAddress = (answer: Answer): answer is AddressAnswer => answer.type === 'A' || answer.type === 'AAAA'

const keyOf = (name: string): string => name.toLowerCase()

/**
 * The names that lead from the one asked for, each with the number of seconds for which it may stand for it: without
 * limit for that name itself, then following its aliases.
 */
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

/**
 * True when the message is large enough for the number of records in its header. The decoder would otherwise allocate
 * memory for records that are not there.
 */
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
    // All that sockets receive from port 53 comes here, and long messages are cut off.
    return undefined
  }
}

/**
 * Reads a DNS message.
 *
 * Only addresses that belong to the name asked for, directly or through aliases, are returned. Other records are
 * ignored.
 *
 * @returns undefined unless the message is an answer with addresses to a single question for A or AAAA
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
