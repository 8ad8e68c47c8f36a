import { endianness } from 'node:os'
import ipaddr from 'ipaddr.js'
import { encodeRequest, type NetlinkMessage, readAttributes } from './netlink-message.ts'

/** An interface, as the kernel tells it. */
export interface Link {
  readonly index: number
  readonly name: string
  /** Its MAC address, `02:42:ac:11:00:02`; empty when it has none. */
  readonly mac: string
}

/** An address of an interface. */
export interface LinkAddress {
  readonly index: number
  readonly address: string
}

/** Types of requests and answers (`linux/rtnetlink.h`). */
const type = {
  newLink: 16,
  getLink: 18,
  newAddress: 20,
  getAddress: 22,
  newNamespaceId: 88,
  getNamespaceId: 90,
} as const

const NLM_F_REQUEST = 1
const NLM_F_DUMP = 0x300

const NETNSA_NSID = 1
const NETNSA_PID = 2
const IFLA_ADDRESS = 1
const IFLA_IFNAME = 3
const IFLA_TARGET_NETNSID = 46
const IFA_ADDRESS = 1
const IFA_LOCAL = 2
const IFA_TARGET_NETNSID = 10

/** Sizes of `rtgenmsg` (padded), `ifinfomsg` and `ifaddrmsg`, which precede the attributes. */
const GENERIC_BYTES = 4
const LINK_BYTES = 16
const ADDRESS_BYTES = 8

/** Attributes of rtnetlink are in the byte order of the machine. */
const isLittle = endianness() === 'LE'

const native = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4)
  if (isLittle) bytes.writeInt32LE(value)
  else bytes.writeInt32BE(value)
  return bytes
}

const readNative = (bytes: Uint8Array | undefined): number | undefined => {
  if (bytes?.length !== 4) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4)
  return view.getInt32(0, isLittle)
}

/** Encodes the question which number the network namespace of a process has within that of the socket. */
export const encodeNamespaceQuestion = (pid: number, sequence: number): Uint8Array =>
  encodeRequest({
    ...{ type: type.getNamespaceId, flags: NLM_F_REQUEST, sequence, head: Buffer.alloc(GENERIC_BYTES) },
    attributes: [[NETNSA_PID, native(pid)]],
  })

/** Encodes the question for all interfaces of a namespace. @param namespace its number within that of the socket */
export const encodeLinkQuestion = (namespace: number, sequence: number): Uint8Array =>
  encodeRequest({
    ...{ type: type.getLink, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence, head: Buffer.alloc(LINK_BYTES) },
    attributes: [[IFLA_TARGET_NETNSID, native(namespace)]],
  })

/** Encodes the question for all addresses of a namespace. @param namespace its number within that of the socket */
export const encodeAddressQuestion = (namespace: number, sequence: number): Uint8Array =>
  encodeRequest({
    type: type.getAddress,
    ...{ flags: NLM_F_REQUEST | NLM_F_DUMP, sequence, head: Buffer.alloc(ADDRESS_BYTES) },
    attributes: [[IFA_TARGET_NETNSID, native(namespace)]],
  })

/** @returns the number of a namespace; undefined when it has none, or for another message */
export const decodeNamespace = (message: NetlinkMessage): number | undefined => {
  if (message.type !== type.newNamespaceId) return undefined
  const id = readNative(readAttributes(message.body.subarray(GENERIC_BYTES))?.get(NETNSA_NSID))
  return id === undefined || id < 0 ? undefined : id
}

const indexIn = (body: Uint8Array): number | undefined => readNative(body.subarray(4, 8))

/** @returns undefined for another message */
export const decodeLink = (message: NetlinkMessage): Link | undefined => {
  if (message.type !== type.newLink) return undefined
  const index = indexIn(message.body)
  const attributes = readAttributes(message.body.subarray(LINK_BYTES))
  const name = attributes?.get(IFLA_IFNAME)
  if (index === undefined || name === undefined) return undefined
  return {
    index,
    name: Buffer.from(name).toString().replace(/\0$/, ''),
    mac: [...(attributes?.get(IFLA_ADDRESS) ?? [])]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(':'),
  }
}

/** @returns undefined for another message */
export const decodeAddress = (message: NetlinkMessage): LinkAddress | undefined => {
  if (message.type !== type.newAddress) return undefined
  const index = indexIn(message.body)
  const attributes = readAttributes(message.body.subarray(ADDRESS_BYTES))
  // That of the other end, of an interface that leads to one machine.
  const bytes = attributes?.get(IFA_LOCAL) ?? attributes?.get(IFA_ADDRESS)
  if (index === undefined || (bytes?.length !== 4 && bytes?.length !== 16)) return undefined
  return { index, address: ipaddr.fromByteArray([...bytes]).toString() }
}
