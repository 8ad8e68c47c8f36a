import type { ProcessRef } from '../../process/directory.ts'

/** Which side of a connection a socket is; `unknown` for one found already open. */
export type Role = 'unknown' | 'client' | 'server'

/** Payload and quality of one socket, as the kernel counts them. */
export interface SocketCounters {
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly retransmits: number
  /** The shortest recent round trip (the kernel's minimum RTT); 0 = not measured. */
  readonly rttUs: number
  /** The smoothed round trip; 0 = not measured. */
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
  /** Identity of the socket, not reused until the next boot: its cookie, or its inode when `/proc` is polled. */
  readonly socket: number
  readonly process: ProcessRef
}

/** `connect()` succeeded, or `accept()` returned. */
export interface OpenedEvent extends SocketEvent {
  readonly kind: 'connected' | 'accepted'
  readonly counters: SocketCounters
  /** How long `connect()` took, from SYN_SENT to ESTABLISHED; undefined when that was not seen. */
  readonly handshakeUs?: number
}

/** A socket found open: it was opened before the probe started, or its opening was missed. */
export interface HeldEvent extends SocketEvent {
  readonly kind: 'held'
  readonly role: Role
  readonly counters: SocketCounters
}

/**
 * An open socket that no process holds: the kernel itself does (mounts of NFS, SMB and Ceph), or it is on its way to another process. Part of
 * the list of all sockets only.
 */
export interface UnheldEvent {
  readonly kind: 'unheld'
  readonly timeMs: number
  readonly socket: number
}

/** The counters of an open socket changed. */
export interface CountersEvent {
  readonly kind: 'counters'
  readonly timeMs: number
  readonly socket: number
  readonly counters: SocketCounters
  /** Payload in both directions since the last such event, if the source knows it; at most 4 GiB. */
  readonly movedBytes?: number
}

/** A socket closed. Counters are missing when they could not be read any more. */
export interface ClosedEvent {
  readonly kind: 'closed'
  readonly timeMs: number
  readonly socket: number
  readonly counters?: SocketCounters
  /**
   * `errno` that ended the connection: ECONNRESET = the other end sent a reset, ECONNABORTED = this end did, any other
   * = why the kernel gave up; 0 = closed normally. Undefined when the closing was not seen: `timeMs` is then when that
   * was noticed.
   */
  readonly error?: number
}

/** `connect()` did not succeed. Rule 9 of the model. */
export interface FailedEvent extends SocketEvent {
  readonly kind: 'failed'
  /** `errno`; EADDRNOTAVAIL = no local port was free; 0 = the program closed the socket before an answer came. */
  readonly error: number
  /** SYN retransmissions before it ended. */
  readonly retransmits: number
}

/** A process listens on a socket; the remote address and port are empty. */
export interface ListeningEvent extends SocketEvent {
  readonly kind: 'listening'
}

export interface UnlistenedEvent {
  readonly kind: 'unlistened'
  readonly timeMs: number
  readonly socket: number
}

/**
 * A connection that the kernel has made and no process has accepted yet. `socket` and `process` are those of the listening
 * socket in whose queue it waits; the addresses are the connection's.
 */
export interface WaitingEvent extends SocketEvent {
  readonly kind: 'waiting'
}

/** The events that a source of connections sends to the table. */
export type ConnectionEvent =
  | OpenedEvent
  | HeldEvent
  | UnheldEvent
  | CountersEvent
  | ClosedEvent
  | FailedEvent
  | ListeningEvent
  | UnlistenedEvent
  | WaitingEvent
