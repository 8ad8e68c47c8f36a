import type { ConnectionEvent } from './events.ts'

/** How a source of connections runs. */
export interface SourceStatus {
  readonly state: 'ok' | 'degraded'
  /** Plain words; empty when there is nothing to say. */
  readonly reason: string
  readonly counters: Readonly<Record<string, number>>
}

/** Takes what a source saw, in order of time. */
export interface ConnectionSink {
  apply(events: readonly ConnectionEvent[]): void
  /**
   * Tells of every socket that exists: those of the table that are not among them were closed unseen.
   *
   * @param events one or more `held` or `listening` events for each socket
   */
  reconcile(events: readonly ConnectionEvent[]): void
}

/** Where connections come from: eBPF or `/proc`. Both tell the same story, with different gaps. */
export interface ConnectionSource {
  readonly mode: 'ebpf' | 'proc'
  /** Tells the sink what is there already, and from then on what happens. */
  start(sink: ConnectionSink): void
  /** Brings the sink up to this moment, if that is cheap. To be called about ten times a second. */
  flush(): void
  /** The same for a report about to be made, with the counters of open connections where they are not too dear. */
  refresh(): void
  /**
   * Asks for everyone who holds a socket to be told soon: the process known to hold one has ended, and the socket has not closed.
   * A source that looks often enough by itself does nothing.
   */
  lookAgain(): void
  status(): SourceStatus
  stop(): void
}
