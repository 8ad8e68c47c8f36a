import type {
  Address,
  CollectorStatus,
  ConnectionRecord,
  Fact,
  Listener,
  Metric,
  ReportNode,
} from '../report/schema.ts'

/** What one collector adds to a report. Every list is whole: what is no longer there is no longer named. */
export interface Contribution {
  /** A node is the same object while nothing about it changes, and a longer list the same array while none does. */
  readonly nodes: readonly ReportNode[]
  readonly metrics: readonly Metric[]
  readonly connections: readonly ConnectionRecord[]
  readonly addresses: readonly Address[]
  /** Of processes that any collector tells of. */
  readonly listeners?: readonly Listener[]
  /** Facts on nodes that another collector reports, by node id; the same object while nothing about it changes. */
  readonly facts?: ReadonlyMap<string, Readonly<Record<string, Fact>>>
  readonly status: CollectorStatus
}

/** The probe's own clock and the world's, passed in so that tests need no mocks of modules. */
export interface Clock {
  /** Milliseconds since the probe started; never goes back. */
  uptimeMs(): number
  /** Milliseconds since 1970, for facts that people read as dates. */
  nowMs(): number
}

/** One source of facts about this host. */
export interface Collector {
  /** `host`, `process`, `docker`, `connections`. */
  readonly id: string
  /**
   * Begins to watch. Never rejects for want of what it watches: that is a status.
   *
   * @param changed to be called when an entity appeared or went, so that a report leaves at once
   */
  start(changed: () => void): Promise<void>
  /**
   * The state of things now, from memory; cheap enough to be called several times a second.
   *
   * @param uptimeMs the moment of the report on the probe's clock, from which ages of samples count back
   * @param samplesSinceMs samples are wanted from this moment of that clock on, and no metric without any; left out: all
   */
  collect(uptimeMs: number, samplesSinceMs?: number): Contribution
  /** Lets go of all it holds: timers, sockets, files, kernel objects. */
  stop(): Promise<void>
}
