import type { FilterInstruction } from '../../native/netlink/netlink-socket.ts'
import { conntrack } from './conntrack-message.ts'

const ATTRIBUTES_AT = 20
/**
 * Special offsets for which the kernel searches for an attribute instead of loading data (`SKF_AD_OFF + SKF_AD_NLATTR`,
 * `…_NEST`).
 */
const FIND = (-0x1000 + 12) >>> 0
const FIND_NESTED = (-0x1000 + 16) >>> 0
const VALUE_AT = 4
const PASS = 0xffffffff

const LOAD_NUMBER = 0x00
const LOAD_WORD = 0x20
const LOAD_WORD_FROM_X = 0x40
const LOAD_BYTE_FROM_X = 0x50
const SET_X = 0x01
const A_TO_X = 0x07
const IF_EQUAL = 0x15
const IF_ANY_BIT = 0x45
const RETURN = 0x06

const step = (code: number, k = 0, jt = 0, jf = 0): FilterInstruction => ({ code, jt, jf, k })

/**
 * Accepts only events of TCP connections whose addresses are translated. All others cost the probe nothing: no wake-up
 * and no copy. An event without a status is accepted, and examined when it is read.
 */
export const translatedTcpOnly: readonly FilterInstruction[] = [
  step(LOAD_NUMBER, ATTRIBUTES_AT),
  step(SET_X, conntrack.status),
  step(LOAD_WORD, FIND),
  step(IF_EQUAL, 0, 3, 0),
  step(A_TO_X),
  step(LOAD_WORD_FROM_X, VALUE_AT),
  step(IF_ANY_BIT, conntrack.sourceTranslated | conntrack.destinationTranslated, 0, 10),
  step(LOAD_NUMBER, ATTRIBUTES_AT),
  step(SET_X, conntrack.tupleOriginal),
  step(LOAD_WORD, FIND),
  step(SET_X, conntrack.tupleProtocol),
  step(LOAD_WORD, FIND_NESTED),
  step(SET_X, conntrack.protocolNumber),
  step(LOAD_WORD, FIND_NESTED),
  step(A_TO_X),
  step(LOAD_BYTE_FROM_X, VALUE_AT),
  step(IF_EQUAL, conntrack.tcp, 1, 0),
  step(RETURN, 0),
  step(RETURN, PASS),
]
