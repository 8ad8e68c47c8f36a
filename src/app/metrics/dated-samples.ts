import type { DatedSample } from '../../topology/nodes/rows/metric-rows.ts'
import type { MetricStore, SampleSpan } from './metric-store.ts'

/** The samples of a store as details tell them. @param span five minutes unless told */
export const datedSamples =
  (metrics: MetricStore, span?: SampleSpan) =>
  (nodeId: string, metricId: string): DatedSample[] =>
    metrics
      .samples(nodeId, metricId, span)
      .map(({ atMs, ...sample }) => ({ date: new Date(atMs).toISOString(), ...sample }))
