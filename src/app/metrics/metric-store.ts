import type { HeldReport } from '../../topology/held-report.ts'
import { detached } from '../detached.ts'
import { Series, type TimedSample } from './series.ts'

/** Bounds of a {@link MetricStore}. */
export interface MetricStoreLimits {
  /** Metrics of nodes, over all probes. New ones beyond are not kept. */
  readonly series: number
  /** How long a node's samples stay after the last report that named it could have come. */
  readonly graceMs: number
}

/** The bounds an app has unless told otherwise. */
export const defaultMetricStoreLimits: MetricStoreLimits = { series: 100_000, graceMs: 15_000 }

interface NodeSeries {
  readonly byMetric: Map<string, Series>
  /** On the app's clock. */
  expiresMs: number
}

/** The last five minutes of every metric of every node: what sparklines are drawn from. */
export class MetricStore {
  readonly #limits: MetricStoreLimits
  readonly #nodes = new Map<string, NodeSeries>()
  #size = 0

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
   */
  record({ report, startedAtMs, arrivedAtMs }: HeldReport, silenceLimitMs: number): void {
    const expiresMs = arrivedAtMs + silenceLimitMs + this.#limits.graceMs
    for (const { node, id, samples } of report.metrics) {
      const series = this.#seriesOf(node, id, expiresMs)
      if (series === undefined) continue
      for (const [ageMs, value] of samples)
        series.add(startedAtMs + Math.round(report.envelope.uptimeMs - ageMs), value)
    }
  }

  /** Samples of a metric, oldest first; none when it is not known. */
  samples(nodeId: string, metricId: string): readonly TimedSample[] {
    return this.#nodes.get(nodeId)?.byMetric.get(metricId)?.samples() ?? []
  }

  /** Forgets nodes that no report has named for long. @param nowMs on the app's clock */
  sweep(nowMs: number): void {
    for (const [nodeId, { byMetric, expiresMs }] of this.#nodes) {
      if (expiresMs > nowMs) continue
      this.#nodes.delete(nodeId)
      this.#size -= byMetric.size
    }
  }

  #seriesOf(nodeId: string, metricId: string, expiresMs: number): Series | undefined {
    const node = this.#nodes.get(nodeId)
    const known = node?.byMetric.get(metricId)
    if (node !== undefined) node.expiresMs = expiresMs
    if (known !== undefined) return known
    if (this.#size >= this.#limits.series) return undefined
    const series = new Series()
    const byMetric = node?.byMetric ?? new Map<string, Series>()
    byMetric.set(detached(metricId), series)
    if (node === undefined) this.#nodes.set(detached(nodeId), { byMetric, expiresMs })
    this.#size += 1
    return series
  }
}
