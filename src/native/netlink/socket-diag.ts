import ipaddr from 'ipaddr.js'
import { encodeRequest } from './netlink-message.ts'

/** One end of a TCP connection. */
export interface SocketEnd {
  /** An IP address as Node writes it; a mapped IPv4 address (`::ffff:127.0.0.1`) means the same as IPv4. */
  readonly address: string
  readonly port: number
}

/** A TCP socket, named by its own end and the other end. */
export interface SocketName {
  readonly own: SocketEnd
  readonly other: SocketEnd
}

/** What the kernel says of a socket (`inet_diag_msg` in `linux/inet_diag.h`). */
export interface SocketAnswer {
  /** `TCP_*` of `net/tcp_states.h`. */
  readonly state: number
  /** Own port and address, other port and address, each in network byte order; mapped IPv4 addresses as IPv4. */
  readonly ends: Buffer
  /** The user whose process made the socket; 0 also for a socket that no process holds any more. */
  readonly uid: number
  /** 0 for a socket that no process holds any more. */
  readonly inode: number
}

/** Type of a request for one socket, and of its answer (`linux/sock_diag.h`). */
export const SOCK_DIAG_BY_FAMILY = 20
/** States of `net/tcp_states.h`. */
export const tcpState = { established: 1, finWait1: 4, finWait2: 5, listen: 10 } as const

const AF_INET = 2
const AF_INET6 = 10
const IPPROTO_TCP = 6
const NLM_F_REQUEST = 1
const ALL_STATES = 0xffff_ffff
/** `INET_DIAG_NOCOOKIE`: whatever the socket's cookie is. */
const NO_COOKIE = 0xffff_ffff
/**
 * Loopback is the interface with this number in every network namespace. A socket bound to it is found only under this
 * number, and one that is not bound is found under any.
 */
const LOOPBACK_INTERFACE = 1

const REQUEST_BYTES = 56
const ANSWER_BYTES = 72
const PORTS_BYTES = 4
const ADDRESS_BYTES = 16

const IPV4_BYTES = 4

/** Node tells a link-local address with its interface (`fe80::1%br-0a1b`), of whatever name. */
const bytesOf = (address: string): readonly number[] =>
  ipaddr.process(address.split('%', 1)[0] ?? address).toByteArray()

const joined = (
  ownPort: number,
  own: Iterable<number>,
  otherPort: number,
  other: Iterable<number>,
): Buffer => {
  const ports = Buffer.alloc(PORTS_BYTES)
  ports.writeUInt16BE(ownPort, 0)
  ports.writeUInt16BE(otherPort, 2)
  return Buffer.from([...ports.subarray(0, 2), ...own, ...ports.subarray(2), ...other])
}

/** The two ends of a socket in the form of {@link SocketAnswer.ends}. @throws Error for what is not an IP address */
export const endsOf = ({ own, other }: SocketName): Buffer =>
  joined(own.port, bytesOf(own.address), other.port, bytesOf(other.address))

/**
 * Encodes the request for one TCP socket of the loopback interface: `inet_diag_req_v2`, not as a dump. The kernel answers
 * with the connection or, where there is none, with a listener at the own end.
 *
 * @param sequence the answer repeats it
 */
export const encodeSocketRequest = ({ own, other }: SocketName, sequence: number): Uint8Array => {
  const from = bytesOf(own.address)
  const to = bytesOf(other.address)
  const head = Buffer.alloc(REQUEST_BYTES)
  head.writeUInt8(from.length === IPV4_BYTES ? AF_INET : AF_INET6, 0)
  head.writeUInt8(IPPROTO_TCP, 1)
  head.writeUInt32LE(ALL_STATES, 4)
  head.writeUInt16BE(own.port, 8)
  head.writeUInt16BE(other.port, 10)
  head.set(from, 12)
  head.set(to, 28)
  head.writeUInt32LE(LOOPBACK_INTERFACE, 44)
  head.writeUInt32LE(NO_COOKIE, 48)
  head.writeUInt32LE(NO_COOKIE, 52)
  return encodeRequest({ type: SOCK_DIAG_BY_FAMILY, flags: NLM_F_REQUEST, sequence, head, attributes: [] })
}

/** Decodes the answer to {@link encodeSocketRequest}. @returns undefined when it is cut off or of another family */
export const decodeSocketAnswer = (body: Uint8Array): SocketAnswer | undefined => {
  if (body.length < ANSWER_BYTES) return undefined
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const family = bytes.readUInt8(0)
  if (family !== AF_INET && family !== AF_INET6) return undefined
  const addressAt = (at: number): Uint8Array => plain(bytes.subarray(at, at + ADDRESS_BYTES), family)
  return {
    state: bytes.readUInt8(1),
    ends: joined(bytes.readUInt16BE(4), addressAt(8), bytes.readUInt16BE(6), addressAt(24)),
    uid: bytes.readUInt32LE(64),
    inode: bytes.readUInt32LE(68),
  }
}

const MAPPED_PREFIX = Buffer.from('00000000000000000000ffff', 'hex')

/** An IPv6 socket can carry an IPv4 connection; its addresses are then mapped ones. */
const plain = (field: Buffer, family: number): Buffer => {
  if (family === AF_INET) return field.subarray(0, IPV4_BYTES)
  const isMapped = field.subarray(0, MAPPED_PREFIX.length).equals(MAPPED_PREFIX)
  return isMapped ? field.subarray(MAPPED_PREFIX.length) : field
}
