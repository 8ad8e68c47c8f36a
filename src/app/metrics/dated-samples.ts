import type { DatedSample } from '../../topology/nodes/rows/metric-rows.ts'
import type { MetricStore, SampleSpan } from './metric-store.ts'

/**
 * Reads samples from a store in the form that node details use.
 *
 * @param span five minutes by default
 */
export const datedSamples =
  (metrics: Pick<MetricStore, 'samples'>, span?: SampleSpan) =>
  (nodeId: string, metricId: string): DatedSample[] =>
    metrics
      .samples(nodeId, metricId, span)
      .map(({ atMs, ...sample }) => ({ date: new Date(atMs).toISOString(), ...sample }))
