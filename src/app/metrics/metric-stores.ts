import type { HeldReport } from '../../topology/held-report.ts'
import {
  defaultMetricStoreLimits,
  MetricStore,
  type MetricStoreLimits,
  type RecordContext,
  type SampleSpan,
} from './metric-store.ts'
import type { TimedSample } from './series.ts'

/** Limits for the samples of unverified probes. */
const unverifiedLimits: MetricStoreLimits = {
  ...defaultMetricStoreLimits,
  series: defaultMetricStoreLimits.series / 5,
  sizeBytes: defaultMetricStoreLimits.sizeBytes / 8,
}

/**
 * The samples of all probes, apart for verified and unverified ones: so these can neither use up the room of those, nor add
 * samples to nodes that those report.
 */
export class MetricStores {
  readonly #verified = new MetricStore()
  readonly #unverified = new MetricStore(unverifiedLimits)

  /** Bytes in use of both. */
  get usedBytes(): number {
    return this.#verified.usedBytes + this.#unverified.usedBytes
  }

  /** Most bytes that both may use. */
  get maxBytes(): number {
    return defaultMetricStoreLimits.sizeBytes + unverifiedLimits.sizeBytes
  }

  /** See {@link MetricStore.record}. */
  record(held: HeldReport, silenceLimitMs: number, context?: RecordContext): void {
    const store = held.verified ? this.#verified : this.#unverified
    store.record(held, silenceLimitMs, context)
  }

  /** See {@link MetricStore.samples}. Of a node that a verified probe reports, only its samples count. */
  samples(nodeId: string, metricId: string, span?: SampleSpan): readonly TimedSample[] {
    const store = this.#verified.has(nodeId) ? this.#verified : this.#unverified
    return store.samples(nodeId, metricId, span)
  }

  /** See {@link MetricStore.sweep}. */
  sweep(nowMs: number): void {
    this.#verified.sweep(nowMs)
    this.#unverified.sweep(nowMs)
  }
}
