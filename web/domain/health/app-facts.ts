import type { Health } from '../../../src/api/types.ts'
import { bytes } from '../words/format.ts'
import type { HealthFact } from './fact.ts'

/** How the app fares, as `GET /health` tells it; nothing before it has answered. @param hostname where it runs, once that is known */
export function appFacts(health: Health | undefined, hostname: string | undefined): readonly HealthFact[] {
  if (!health) return []
  const { version, status, faults = [], memory } = health
  return [
    ...(version === undefined ? [] : [{ label: 'Version', value: version }]),
    ...(hostname === undefined ? [] : [{ label: 'Host', value: hostname }]),
    status === 'ok'
      ? { label: 'State', value: 'well' }
      : { label: 'State', value: 'something within it fails', tone: 'warn' },
    ...faults.map(({ part, reason }) => ({ label: part, value: reason, tone: 'warn' as const })),
    ...(memory
      ? [
          {
            label: 'Memory',
            value: `${bytes(memory.rssBytes)}, of it ${bytes(memory.heapBytes)} reports and views`,
          },
          {
            label: 'Samples',
            value: `${bytes(memory.samples.bytes)} of at most ${bytes(memory.samples.maxBytes)}`,
          },
          {
            label: 'Answers kept',
            value: `${bytes(memory.answers.bytes)} of at most ${bytes(memory.answers.maxBytes)}`,
          },
        ]
      : []),
  ]
}
