import type { ConnectionEvent, WaitingEvent } from './events.ts'

/** The state of a source of connections. */
export interface SourceStatus {
  readonly state: 'ok' | 'degraded'
  /** Plain words; empty when there is nothing to say. */
  readonly reason: string
  readonly counters: Readonly<Record<string, number>>
}

/** Receives the events of a source, in order of time. */
export interface ConnectionSink {
  apply(events: readonly ConnectionEvent[]): void
  /**
   * Passes the complete list of sockets. Sockets that the table knows and that are not in the list were closed unseen.
   *
   * @param events one or more `held` or `listening` events for each socket that a process holds, and an `unheld` one for each that
   *   was told of before and that only the kernel holds now
   */
  reconcile(events: readonly ConnectionEvent[]): void
  /** Passes the complete list of connections that wait to be accepted. A source that does not see these never calls it. */
  waiting(events: readonly WaitingEvent[]): void
}

/** A source of connection events: eBPF or `/proc`. Both emit the same events, but miss different things. */
export interface ConnectionSource {
  readonly mode: 'ebpf' | 'proc'
  /** Passes the existing sockets to the sink, and from then on all events. */
  start(sink: ConnectionSink): void
  /** Passes the events so far to the sink, if that is cheap. Call it about ten times a second. */
  flush(): void
  /**
   * Like `flush`, before a report is made; also updates the counters of open connections unless that is too expensive.
   */
  refresh(): void
  /**
   * Asks the source to find all sockets and their holders again soon: the known holder of a listening socket has ended, but
   * the socket has not closed; or a socket was not found the last time, though its closing was not seen. A source that does
   * this often anyway does nothing.
   */
  lookAgain(): void
  status(): SourceStatus
  stop(): void
}
