import type { HeldMemory } from '../api/types.ts'
import type { BytesInFlight } from './http/sending/in-flight.ts'
import type { KeptChunks } from './http/sending/kept-chunks.ts'
import type { MetricStores } from './metrics/metric-stores.ts'

interface Bounded {
  readonly bytes: number
  readonly maxBytes: number
}

/** What {@link measureMemory} looks at. */
export interface MemoryHolders {
  readonly reports: Bounded
  readonly unverifiedReports: Bounded
  readonly samples: Pick<MetricStores, 'usedBytes' | 'maxBytes'>
  readonly answers: Pick<KeptChunks, 'bytes' | 'maxBytes'>
  /** The texts of answers. */
  readonly details: readonly Bounded[]
  readonly sending: Pick<BytesInFlight, 'bytes' | 'maxBytes'>
}

/** What the app holds in memory at this moment. */
export const measureMemory = ({
  reports,
  unverifiedReports,
  samples,
  answers,
  details,
  sending,
}: MemoryHolders): HeldMemory => {
  const { heapUsed, rss } = process.memoryUsage()
  return {
    reports,
    unverifiedReports,
    samples: { bytes: samples.usedBytes, maxBytes: samples.maxBytes },
    answers: { bytes: answers.bytes, maxBytes: answers.maxBytes },
    details: {
      bytes: details.reduce((sum, one) => sum + one.bytes, 0),
      maxBytes: details.reduce((sum, one) => sum + one.maxBytes, 0),
    },
    sending: { bytes: sending.bytes, maxBytes: sending.maxBytes },
    heapBytes: heapUsed,
    rssBytes: rss,
  }
}
