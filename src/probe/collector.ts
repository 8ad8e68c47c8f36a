import type {
  Address,
  CollectorStatus,
  ConnectionRecord,
  Fact,
  Listener,
  Metric,
  ReportNode,
} from '../report/schema.ts'
import type { Control } from './controls/control.ts'

/** What one collector adds to a report. Each list is complete: what is missing from it no longer exists. */
export interface Contribution {
  /**
   * A node stays the same object while it does not change. A long list should also stay the same array while no node
   * changes: then later steps can skip it.
   */
  readonly nodes: readonly ReportNode[]
  readonly metrics: readonly Metric[]
  readonly connections: readonly ConnectionRecord[]
  readonly addresses: readonly Address[]
  /** Listening sockets of processes that any of the collectors reports. */
  readonly listeners?: readonly Listener[]
  /**
   * Facts for nodes that another collector reports, by node id. A node's facts stay the same object while they do not
   * change.
   */
  readonly facts?: ReadonlyMap<string, Readonly<Record<string, Fact>>>
  readonly status: CollectorStatus
}

/** The probe's uptime and the wall clock, passed in so that tests need no module mocks. */
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
   * Starts to watch. Does not reject when what it watches is not available: the status reports that.
   *
   * @param changed called by the collector when an entity appeared or disappeared, so that a report is sent at once
   */
  start(changed: () => void): Promise<void>
  /**
   * Returns the current state from memory; cheap enough to be called several times a second.
   *
   * @param uptimeMs the time of the report on the probe's clock; the ages of samples are counted back from it
   * @param samplesSinceMs return only samples from this moment of that clock on, and no metric without any; omitted =
   *   all
   */
  collect(uptimeMs: number, samplesSinceMs?: number): Contribution
  /** True when others change what it tells while they collect: it collects after them. */
  readonly collectsLast?: boolean
  /** What can be done to its nodes; a node's `controls` say which of these it offers at the moment. */
  controls?(): readonly Control[]
  /** Releases all resources: timers, sockets, files, kernel objects. */
  stop(): Promise<void>
}
