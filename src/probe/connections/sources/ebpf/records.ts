import { ipOfBytes } from '../../../../report/address/ip.ts'
import type { ProcessRef } from '../../../process/directory.ts'
import type { ConnectionEvent, Role, SocketCounters } from '../events.ts'
import { interned } from './interned.ts'

/** Bytes of `struct tcp_record` (bpf/tcp.h), whose layout is read here. */
export const RECORD_BYTES = 136
/** Bytes of `struct tcp_head`, with which each record begins. Some kinds of record consist only of it. */
export const HEAD_BYTES = 56

const NS_PER_MS = 1e6
/** `/proc/PID/stat` gives start times in ticks of 10 ms (USER_HZ is 100 on every architecture). */
const NS_PER_TICK = 1e7
const COMM_BYTES = 16

/** `enum tcp_record_kind` */
const kinds = {
  connected: 1,
  connectFailed: 2,
  accepted: 3,
  closed: 4,
  listening: 5,
  unlistened: 6,
  held: 7,
  counters: 8,
  stale: 9,
  waiting: 10,
  unheld: 11,
} as const

/** `enum tcp_role` */
const roles: readonly Role[] = ['unknown', 'client', 'server']

/**
 * Reads a socket cookie. The kernel counts cookies up from 0, but those created in an interrupt down from 2^64
 * (include/linux/cookie.h). Read as signed 64-bit integers, both are small enough to be exact in a number.
 */
const cookie = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getInt32(at + 4, true) * 0x1_0000_0000

// Exact, since times stay far below 2^53.
const u64 = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000

/**
 * Greater than any real byte count. A counter above it has underflowed below 0, and the app would refuse a report with
 * it.
 */
const MAX_BYTES = 2 ** 50

const byteCount = (view: DataView, at: number): number => {
  const bytes = u64(view, at)
  return bytes < MAX_BYTES ? bytes : 0
}

const text = (view: DataView, at: number): string => {
  // A view rather than a copy: one walk may return tens of thousands of records.
  const bytes = Buffer.from(view.buffer, view.byteOffset + at, COMM_BYTES)
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? COMM_BYTES : end)
}

const ipv4 = interned(
  1,
  (view, at) =>
    `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`,
)

const ip = (view: DataView, at: number, family: number): string =>
  family === 4 ? ipv4(view, at) : ipOfBytes(new Uint8Array(view.buffer, view.byteOffset + at, 16))

/** `struct tcp_process` and the network namespace behind it. */
const PROCESS_WORDS = 11
const PID_WORD = 4

const process = interned(
  PROCESS_WORDS,
  (view, at): ProcessRef => ({
    pid: view.getUint32(at + 16, true),
    startTicks: Math.floor(u64(view, at) / NS_PER_TICK),
    comm: text(view, at + 24),
    cgroupId: u64(view, at + 8),
    netns: view.getUint32(at + 40, true),
  }),
)

const counters = (view: DataView, at: number): SocketCounters => ({
  bytesSent: byteCount(view, at + 16),
  bytesReceived: byteCount(view, at + 24),
  rttUs: view.getUint32(at + 36, true),
  smoothedRttUs: view.getUint32(at + 32, true),
  retransmits: view.getUint32(at + 40, true),
})

/**
 * Length of the record at an offset of a walk's result in which long and short records follow each other.
 *
 * @param at offset of a whole head
 */
export const walkedBytes = (view: DataView, at: number): number =>
  view.getUint8(at + 53) === kinds.waiting ? RECORD_BYTES : HEAD_BYTES

/**
 * Reads one `struct tcp_record`, or `struct tcp_head`.
 *
 * @param at offset of the record in `view`
 * @param length bytes available of the record
 * @returns undefined when the kind or address family is unknown, or the record is too short
 */
export const readRecord = (view: DataView, at: number, length: number): ConnectionEvent | undefined => {
  const bytes = Math.min(length, view.byteLength - at)
  if (bytes < HEAD_BYTES) return undefined
  const kind = view.getUint8(at + 53)
  const socket = cookie(view, at + 8)
  const timeMs = u64(view, at) / NS_PER_MS
  switch (kind) {
    case kinds.closed:
      return { kind: 'closed', timeMs, socket, counters: counters(view, at), error: view.getUint8(at + 55) }
    case kinds.counters:
      return {
        kind: 'counters',
        timeMs,
        socket,
        counters: counters(view, at),
        movedBytes: view.getUint32(at + 44, true),
      }
    case kinds.unlistened:
      return { kind: 'unlistened', timeMs, socket }
    case kinds.unheld:
      return { kind: 'unheld', timeMs, socket }
    case kinds.stale:
      // Its close was missed, so there is nothing to say of how it ended.
      return { kind: 'closed', timeMs, socket }
  }
  const family = view.getUint8(at + 52)
  if (bytes < RECORD_BYTES || (family !== 4 && family !== 6)) return undefined
  const netns = view.getUint32(at + 96, true)
  const common = {
    timeMs,
    socket,
    netns,
    localIp: ip(view, at + 104, family),
    localPort: view.getUint16(at + 100, true),
    remoteIp: ip(view, at + 120, family),
    remotePort: view.getUint16(at + 102, true),
    process: process(view, at + 56, PID_WORD),
  }
  switch (kind) {
    case kinds.connected:
      return {
        kind: 'connected',
        ...common,
        counters: counters(view, at),
        handshakeUs: view.getUint32(at + 48, true),
      }
    case kinds.accepted:
      return { kind: 'accepted', ...common, counters: counters(view, at) }
    case kinds.held:
      return {
        kind: 'held',
        ...common,
        role: roles[view.getUint8(at + 54)] ?? 'unknown',
        counters: counters(view, at),
      }
    case kinds.connectFailed:
      return {
        kind: 'failed',
        ...common,
        error: view.getUint8(at + 55),
        retransmits: counters(view, at).retransmits,
      }
    case kinds.listening:
      return { kind: 'listening', ...common }
    case kinds.waiting:
      return { kind: 'waiting', ...common }
    default:
      return undefined
  }
}
