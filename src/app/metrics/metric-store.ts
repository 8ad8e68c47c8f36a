import type { Metric } from '../../report/schema.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { detached } from '../detached.ts'
import type { MemoryBudget } from './sample-ring.ts'
import { Series, type TimedSample } from './series.ts'

/** Bounds of a {@link MetricStore}. */
export interface MetricStoreLimits {
  /** Metrics of nodes, over all probes. New ones beyond are not kept. */
  readonly series: number
  /** Memory for samples, over all probes. When it is used up, histories grow no longer, and new metrics are not kept. */
  readonly sizeBytes: number
  /** How long a node's samples stay after the last report that named it could have come. */
  readonly graceMs: number
}

/** The bounds an app has unless told otherwise. */
export const defaultMetricStoreLimits: MetricStoreLimits = {
  series: 100_000,
  sizeBytes: 256 * 1024 * 1024,
  graceMs: 15_000,
}

/** Which samples are asked for: each of the last five minutes, or the last hour, thinned. */
export type SampleSpan = '5m' | '1h'

interface NodeSeries {
  readonly byMetric: Map<string, Series>
  /** On the app's clock. */
  expiresMs: number
}

/** The last five minutes, and thinned the last hour, of every metric of every node: what the lines of metrics are drawn from. */
export class MetricStore {
  readonly #limits: MetricStoreLimits
  readonly #nodes = new Map<string, NodeSeries>()
  #size = 0
  #usedBytes = 0
  readonly #budget: MemoryBudget = {
    take: (sizeBytes) => {
      if (this.#usedBytes + sizeBytes > this.#limits.sizeBytes) return false
      this.#usedBytes += sizeBytes
      return true
    },
  }

  constructor(limits: MetricStoreLimits = defaultMetricStoreLimits) {
    this.#limits = limits
  }

  /** Metrics of nodes held now. */
  get size(): number {
    return this.#size
  }

  /**
   * Takes the samples of a report that arrived.
   *
   * @param silenceLimitMs how long the probe may stay silent before its nodes go
   * @param told the metrics that it told of, when it is held as more than that
   */
  record(
    { report, startedAtMs, arrivedAtMs }: HeldReport,
    silenceLimitMs: number,
    told: readonly Metric[] = report.metrics,
  ): void {
    const expiresMs = arrivedAtMs + silenceLimitMs + this.#limits.graceMs
    for (const { node, id, samples } of told) {
      const series = this.#seriesOf(node, id, expiresMs)
      if (series === undefined) continue
      for (const [ageMs, value] of samples)
        series.add(startedAtMs + Math.round(report.envelope.uptimeMs - ageMs), value)
    }
  }

  /** Bytes that samples take, of those in the limits. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Samples of a metric, oldest first; none when it is not known. */
  samples(nodeId: string, metricId: string, span: SampleSpan = '5m'): readonly TimedSample[] {
    const series = this.#nodes.get(nodeId)?.byMetric.get(metricId)
    return (span === '1h' ? series?.thinned() : series?.samples()) ?? []
  }

  /** Forgets nodes that no report has named for long. @param nowMs on the app's clock */
  sweep(nowMs: number): void {
    for (const [nodeId, { byMetric, expiresMs }] of this.#nodes) {
      if (expiresMs > nowMs) continue
      this.#nodes.delete(nodeId)
      this.#size -= byMetric.size
      for (const series of byMetric.values()) this.#usedBytes -= series.sizeBytes
    }
  }

  #seriesOf(nodeId: string, metricId: string, expiresMs: number): Series | undefined {
    const node = this.#nodes.get(nodeId)
    const known = node?.byMetric.get(metricId)
    if (node !== undefined) node.expiresMs = expiresMs
    if (known !== undefined) return known
    if (this.#size >= this.#limits.series) return undefined
    const series = Series.within(this.#budget)
    if (series === undefined) return undefined
    const byMetric = node?.byMetric ?? new Map<string, Series>()
    byMetric.set(detached(metricId), series)
    if (node === undefined) this.#nodes.set(detached(nodeId), { byMetric, expiresMs })
    this.#size += 1
    return series
  }
}
