import { ipOfBytes } from '../../../../report/address/ip.ts'
import type { ProcessRef } from '../../../process/directory.ts'
import type { ConnectionEvent, Role, SocketCounters } from '../events.ts'
import { interned } from './interned.ts'

/** Bytes of `struct tcp_record` (bpf/tcp.h), whose layout is read here. */
export const RECORD_BYTES = 136
/** Bytes of `struct tcp_head`, with which a record begins, and all there is of some kinds. */
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
} as const

/** `enum tcp_role` */
const roles: readonly Role[] = ['unknown', 'client', 'server']

/** An entry of the state map whose socket is gone and whose address another one has: its close was missed. */
export interface StaleEntry {
  readonly kind: 'stale'
  readonly socket: number
  /** The entry's key in the map. */
  readonly key: Uint8Array
}

/**
 * The kernel counts cookies up from 0, and those that it makes in an interrupt of that down from 2^64
 * (include/linux/cookie.h): taken as signed, both are exact in a number.
 */
const cookie = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getInt32(at + 4, true) * 0x1_0000_0000

// times stay far below 2^53
const u64 = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000

/** No connection carries so much: a greater number is one that went below 0, and a report with it would be refused. */
const MAX_BYTES = 2 ** 50

const byteCount = (view: DataView, at: number): number => {
  const bytes = u64(view, at)
  return bytes < MAX_BYTES ? bytes : 0
}

const text = (view: DataView, at: number): string => {
  // a view, not a copy: there may be tens of thousands in one walk
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
 * Reads one `struct tcp_record`, or `struct tcp_head`.
 *
 * @param at offset of the record in `view`
 * @param length of what is there of it
 * @returns undefined for a kind or family that this probe does not know, or a record that is too short
 */
export const readRecord = (
  view: DataView,
  at: number,
  length: number,
): ConnectionEvent | StaleEntry | undefined => {
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
    case kinds.stale:
      // the walk over the map has no use for the time and puts the key there
      return { kind: 'stale', socket, key: new Uint8Array(view.buffer, view.byteOffset + at, 8).slice() }
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
    default:
      return undefined
  }
}
