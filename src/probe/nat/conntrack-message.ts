import {
  type Attributes,
  bigEndian,
  encodeRequest,
  type NetlinkMessage,
  readAttributes,
} from '../../native/netlink/netlink-message.ts'
import { ipOfBytes } from '../../report/address/ip.ts'
import type { PacketTuple, Translation } from './nat-source.ts'

/** A message of the kernel about a connection whose addresses it translates. */
export interface TrackedTranslation {
  /** False when the message says that the connection is no longer tracked. */
  readonly there: boolean
  /** Distinguishes two connections with the same addresses. */
  readonly id: number
  readonly translation: Translation
}

/** Constants of `linux/netfilter/nfnetlink_conntrack.h` and `nf_conntrack_common.h`. */
export const conntrack = {
  newMessage: 0x100,
  getMessage: 0x101,
  deleteMessage: 0x102,
  tupleOriginal: 1,
  tupleReply: 2,
  tupleIp: 1,
  tupleProtocol: 2,
  protocolNumber: 1,
  status: 3,
  statusMask: 26,
  /** Bits of the status. */
  sourceTranslated: 1 << 4,
  destinationTranslated: 1 << 5,
  tcp: 6,
} as const

const CTA_ID = 12
const CTA_IP_V4_SRC = 1
const CTA_IP_V6_SRC = 3
const CTA_PROTO_SRC_PORT = 2
const CTA_PROTO_DST_PORT = 3
/** Address family, version and resource. */
const FAMILY_HEADER_BYTES = 4
const REQUEST_DUMP = 0x301

const nested = (attributes: Attributes | undefined, type: number): Attributes | undefined => {
  const bytes = attributes?.get(type)
  return bytes && readAttributes(bytes)
}

const ipPair = (ip: Attributes, sourceType: number, bytes: 4 | 16) => {
  const source = ip.get(sourceType)
  const destination = ip.get(sourceType + 1)
  if (source?.length !== bytes || destination?.length !== bytes) return undefined
  return { sourceIp: ipOfBytes(source), destinationIp: ipOfBytes(destination) }
}

/** @returns undefined when the protocol is not TCP, or data is missing */
const tupleOf = (tuple: Attributes | undefined): PacketTuple | undefined => {
  const ip = nested(tuple, conntrack.tupleIp)
  const protocol = nested(tuple, conntrack.tupleProtocol)
  if (!ip || !protocol) return undefined
  if (bigEndian(protocol.get(conntrack.protocolNumber), 1) !== conntrack.tcp) return undefined
  const ips = ipPair(ip, CTA_IP_V4_SRC, 4) ?? ipPair(ip, CTA_IP_V6_SRC, 16)
  const sourcePort = bigEndian(protocol.get(CTA_PROTO_SRC_PORT), 2)
  const destinationPort = bigEndian(protocol.get(CTA_PROTO_DST_PORT), 2)
  if (!ips || sourcePort === undefined || destinationPort === undefined) return undefined
  return { ...ips, sourcePort, destinationPort }
}

const isReversed = (a: PacketTuple, b: PacketTuple): boolean =>
  a.sourceIp === b.destinationIp &&
  a.sourcePort === b.destinationPort &&
  a.destinationIp === b.sourceIp &&
  a.destinationPort === b.sourcePort

/**
 * Reads a message of the kernel's connection tracking.
 *
 * @returns undefined when it is about something other than a translated TCP connection, `malformed` when it cannot be
 *   read
 */
export const parseConntrackMessage = ({
  type,
  body,
}: NetlinkMessage): TrackedTranslation | 'malformed' | undefined => {
  if (type !== conntrack.newMessage && type !== conntrack.deleteMessage) return undefined
  const attributes =
    body.length < FAMILY_HEADER_BYTES ? undefined : readAttributes(body.subarray(FAMILY_HEADER_BYTES))
  const orig = nested(attributes, conntrack.tupleOriginal)
  const protocol = bigEndian(nested(orig, conntrack.tupleProtocol)?.get(conntrack.protocolNumber), 1)
  if (protocol !== undefined && protocol !== conntrack.tcp) return undefined
  const original = tupleOf(orig)
  const reply = tupleOf(nested(attributes, conntrack.tupleReply))
  const id = bigEndian(attributes?.get(CTA_ID), 4)
  if (!original || !reply || id === undefined) return 'malformed'
  if (isReversed(original, reply)) return undefined
  return { there: type === conntrack.newMessage, id, translation: { original, reply } }
}

/**
 * Encodes a request for all connections with this kind of translation.
 *
 * @param status the status bit that must be set; kernels before 5.8 ignore it and return all connections
 */
export const dumpRequest = (status: number): Uint8Array =>
  encodeRequest({
    type: conntrack.getMessage,
    flags: REQUEST_DUMP,
    // any family
    head: new Uint8Array(FAMILY_HEADER_BYTES),
    attributes: [
      [conntrack.status, status],
      [conntrack.statusMask, status],
    ],
  })
