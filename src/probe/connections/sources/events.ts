import type { ProcessRef } from '../../process/directory.ts'

/** Which side of a connection a socket is; `unknown` for one found already open. */
export type Role = 'unknown' | 'client' | 'server'

/** Payload and quality of one socket, as its kernel counts them. */
export interface SocketCounters {
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly retransmits: number
  /** The shortest round trip of late; 0 = not measured. */
  readonly rttUs: number
  /** The smoothed one; 0 = not measured. */
  readonly smoothedRttUs: number
}

/** One end of a connection. Addresses are canonical text, v4-mapped IPv6 as IPv4. */
export interface SocketTuple {
  /** Inode of the network namespace. */
  readonly netns: number
  readonly localIp: string
  readonly localPort: number
  readonly remoteIp: string
  readonly remotePort: number
}

interface SocketEvent extends SocketTuple {
  /** CLOCK_MONOTONIC, milliseconds. */
  readonly timeMs: number
  /** Identity of the socket; never used again on this boot. */
  readonly socket: number
  readonly process: ProcessRef
}

/** `connect()` succeeded, or `accept()` returned. */
export interface OpenedEvent extends SocketEvent {
  readonly kind: 'connected' | 'accepted'
  readonly counters: SocketCounters
  /** How long `connect()` took, from SYN_SENT to ESTABLISHED; undefined where that is not seen. */
  readonly handshakeUs?: number
}

/** A socket found open: older than the tracker, or missed by it. */
export interface HeldEvent extends SocketEvent {
  readonly kind: 'held'
  readonly role: Role
  readonly counters: SocketCounters
}

/** The counters of an open socket moved. */
export interface CountersEvent {
  readonly kind: 'counters'
  readonly timeMs: number
  readonly socket: number
  readonly counters: SocketCounters
  /** Payload both ways since the last such event, where the source knows; 4 GiB at most. */
  readonly movedBytes?: number
}

/** A socket closed; without counters when nobody could read them any more. */
export interface ClosedEvent {
  readonly kind: 'closed'
  readonly timeMs: number
  readonly socket: number
  readonly counters?: SocketCounters
  /**
   * `errno` of what broke it: ECONNRESET = the other end sent a reset, ECONNABORTED = this end did, any other = why the kernel
   * gave it up; 0 = nothing broke it. Undefined when its closing was not seen: then `timeMs` is when that was noticed.
   */
  readonly error?: number
}

/** `connect()` came to nothing. Rule 9 of the model. */
export interface FailedEvent extends SocketEvent {
  readonly kind: 'failed'
  /** `errno`; EADDRNOTAVAIL = no local port was left for it; 0 = the program closed it before an answer. */
  readonly error: number
  /** SYN retransmissions before it ended. */
  readonly retransmits: number
}

/** A process listens; remote address and port are empty. */
export interface ListeningEvent extends SocketEvent {
  readonly kind: 'listening'
}

export interface UnlistenedEvent {
  readonly kind: 'unlistened'
  readonly timeMs: number
  readonly socket: number
}

/** What a source of connections tells the table. */
export type ConnectionEvent =
  | OpenedEvent
  | HeldEvent
  | CountersEvent
  | ClosedEvent
  | FailedEvent
  | ListeningEvent
  | UnlistenedEvent
