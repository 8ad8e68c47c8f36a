import type { DatedSample } from '../../topology/nodes/metric-rows.ts'
import { ApiError } from '../http/api-error.ts'
import type { MetricStore, SampleSpan } from './metric-store.ts'

/**
 * Reads the query parameter `samples` of a node's details: each sample of the last five minutes, or thinned ones of the last
 * hour. @throws {ApiError} 400 when it is neither `5m` nor `1h`
 */
export const parseSampleSpan = (text: string | undefined): SampleSpan => {
  if (text === undefined || text === '5m') return '5m'
  if (text === '1h') return '1h'
  throw new ApiError(400, 'invalid_parameter', 'samples must be 5m or 1h', { field: 'samples' })
}

/** The samples of a store as details tell them. */
export const samplesOver =
  (metrics: MetricStore, span: SampleSpan) =>
  (nodeId: string, metricId: string): DatedSample[] =>
    metrics
      .samples(nodeId, metricId, span)
      .map(({ atMs, ...sample }) => ({ date: new Date(atMs).toISOString(), ...sample }))
