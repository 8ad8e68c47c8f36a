import type { Metric } from '../../report/schema.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { detached } from '../detached.ts'
import { Series, SeriesMemory, type TimedSample } from './series.ts'

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

interface NodeSeries {
  readonly byMetric: Map<string, Series>
  /** When the node is forgotten, on the app's clock. */
  expiresMs: number
}

/**
 * Keeps, for every metric of every node, all samples of the last five minutes and thinned ones of the last hour.
 * Sparklines are drawn from them.
 */
export class MetricStore {
  readonly #limits: MetricStoreLimits
  readonly #nodes = new Map<string, NodeSeries>()
  #size = 0
  #usedBytes = 0
  readonly #memory = new SeriesMemory({
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
        series.add(startedAtMs + Math.round(report.envelope.uptimeMs - ageMs), value)
    }
  }

  /** Dates the samples of a report, and those before, later by so much. */
  #redate({ report }: HeldReport, byMs: number): void {
    for (const { node, id } of report.metrics) this.#nodes.get(node)?.byMetric.get(id)?.redate(byMs)
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
    const series = this.#nodes.get(nodeId)?.byMetric.get(metricId)
    return (span === '1h' ? series?.thinned() : series?.samples()) ?? []
  }

  /**
   * Forgets nodes that no report has contained for long.
   *
   * @param nowMs on the app's clock
   */
  sweep(nowMs: number): void {
    for (const [nodeId, { byMetric, expiresMs }] of this.#nodes) {
      if (expiresMs > nowMs) continue
      this.#nodes.delete(nodeId)
      this.#size -= byMetric.size
      for (const series of byMetric.values()) series.release()
    }
  }

  #seriesOf(nodeId: string, metricId: string, expiresMs: number): Series | undefined {
    const node = this.#nodes.get(nodeId)
    const known = node?.byMetric.get(metricId)
    if (node !== undefined) node.expiresMs = expiresMs
    if (known !== undefined) return known
    if (this.#size >= this.#limits.series) return undefined
    const series = Series.within(this.#memory)
    if (series === undefined) return undefined
    const byMetric = node?.byMetric ?? new Map<string, Series>()
    byMetric.set(detached(metricId), series)
    if (node === undefined) this.#nodes.set(detached(nodeId), { byMetric, expiresMs })
    this.#size += 1
    return series
  }
}
