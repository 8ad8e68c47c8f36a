import type { Metric } from '../../report/schema.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { detached } from '../detached.ts'
import { AllSeries, type SeriesNumber, type TimedSample } from './series.ts'

/** Limits of a {@link MetricStore}. */
export interface MetricStoreLimits {
  /** Most series (one per metric of a node), over all probes. New ones beyond are not kept. */
  readonly series: number
  /** Memory for samples, over all probes. When it is used up, series stop growing and new ones are not kept. */
  readonly sizeBytes: number
  /** How long samples of a node are kept after the node's silence limit has passed. */
  readonly graceMs: number
}

/** The default limits of an app. */
export const defaultMetricStoreLimits: MetricStoreLimits = {
  series: 100_000,
  sizeBytes: 256 * 1024 * 1024,
  graceMs: 15_000,
}

/** Which samples to read: all of the last five minutes, or thinned ones of the last hour. */
export type SampleSpan = '5m' | '1h'

/** What is known of a report besides itself. */
export interface RecordContext {
  /** The metrics that were sent, when the report came as a delta; `report.metrics` then also has older ones. */
  readonly told?: readonly Metric[]
  /** The report of the same epoch of the probe before. If that was dated otherwise, its samples are dated anew. */
  readonly before?: HeldReport | undefined
}

interface KnownNode {
  readonly id: string
  /** When the node is forgotten, on the app's clock. */
  expiresMs: number
}

/** The series of one metric, by node: a map for each node takes more memory, since thousands have the same few metrics. */
type ByNode = Map<string, SeriesNumber>

/**
 * Keeps, for every metric of every node, all samples of the last five minutes and thinned ones of the last hour.
 * Sparklines are drawn from them.
 */
export class MetricStore {
  readonly #limits: MetricStoreLimits
  readonly #nodes = new Map<string, KnownNode>()
  readonly #byMetric = new Map<string, ByNode>()
  #size = 0
  #usedBytes = 0
  readonly #series = new AllSeries({
    take: (sizeBytes) => {
      if (this.#usedBytes + sizeBytes > this.#limits.sizeBytes) return false
      this.#usedBytes += sizeBytes
      return true
    },
    give: (sizeBytes) => {
      this.#usedBytes -= sizeBytes
    },
  })

  constructor(limits: MetricStoreLimits = defaultMetricStoreLimits) {
    this.#limits = limits
  }

  /** Number of series. */
  get size(): number {
    return this.#size
  }

  /**
   * Adds the samples of a report that arrived.
   *
   * @param silenceLimitMs how long the probe may stay silent before its nodes are removed
   */
  record(
    { report, startedAtMs, arrivedAtMs }: HeldReport,
    silenceLimitMs: number,
    { told = report.metrics, before }: RecordContext = {},
  ): void {
    if (before && before.startedAtMs !== startedAtMs) this.#redate(before, startedAtMs - before.startedAtMs)
    const expiresMs = arrivedAtMs + silenceLimitMs + this.#limits.graceMs
    for (const { node, id, samples } of told) {
      const series = this.#seriesOf(node, id, expiresMs)
      if (series === undefined) continue
      for (const [ageMs, value] of samples)
        this.#series.add(series, startedAtMs + Math.round(report.envelope.uptimeMs - ageMs), value)
    }
  }

  /** Dates the samples of a report, and those before, later by so much. */
  #redate({ report }: HeldReport, byMs: number): void {
    for (const { node, id } of report.metrics) {
      const series = this.#find(node, id)
      if (series !== undefined) this.#series.redate(series, byMs)
    }
  }

  /** Bytes in use, out of `sizeBytes` of the limits. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Whether any samples of a node are kept. */
  has(nodeId: string): boolean {
    return this.#nodes.has(nodeId)
  }

  /** Samples of a metric, oldest first; empty for an unknown metric. */
  samples(nodeId: string, metricId: string, span: SampleSpan = '5m'): readonly TimedSample[] {
    const series = this.#find(nodeId, metricId)
    if (series === undefined) return []
    return span === '1h' ? this.#series.thinned(series) : this.#series.samples(series)
  }

  /**
   * Forgets nodes that no report has contained for long.
   *
   * @param nowMs on the app's clock
   */
  sweep(nowMs: number): void {
    const gone = new Set<string>()
    for (const { id, expiresMs } of this.#nodes.values()) if (expiresMs <= nowMs) gone.add(id)
    if (gone.size === 0) return
    for (const id of gone) this.#nodes.delete(id)
    for (const [metricId, byNode] of this.#byMetric) {
      // Whichever are fewer, so that it takes no longer than to look at all series once.
      for (const id of gone.size < byNode.size ? gone : byNode.keys()) if (gone.has(id)) this.#end(byNode, id)
      if (byNode.size === 0) this.#byMetric.delete(metricId)
    }
  }

  #find(nodeId: string, metricId: string): SeriesNumber | undefined {
    return this.#byMetric.get(metricId)?.get(nodeId)
  }

  #seriesOf(nodeId: string, metricId: string, expiresMs: number): SeriesNumber | undefined {
    const known = this.#nodes.get(nodeId)
    if (known !== undefined) known.expiresMs = expiresMs
    const found = this.#find(nodeId, metricId)
    return found ?? this.#begin(known ?? { id: detached(nodeId), expiresMs }, metricId)
  }

  #begin(node: KnownNode, metricId: string): SeriesNumber | undefined {
    if (this.#size >= this.#limits.series) return undefined
    const series = this.#series.begin()
    if (series === undefined) return undefined
    const byNode: ByNode = this.#byMetric.get(metricId) ?? new Map()
    if (byNode.size === 0) this.#byMetric.set(detached(metricId), byNode)
    byNode.set(node.id, series)
    this.#nodes.set(node.id, node)
    this.#size += 1
    return series
  }

  #end(byNode: ByNode, nodeId: string): void {
    const series = byNode.get(nodeId)
    if (series === undefined) return
    this.#series.release(series)
    byNode.delete(nodeId)
    this.#size -= 1
  }
}
