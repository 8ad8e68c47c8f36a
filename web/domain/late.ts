import type { ProbeSummary } from '../../src/api/types.ts'

/** Reports may be a little late without anything being wrong: a busy machine, an answer that was under way. */
const GRACE_MS = 2000

/** True when a report of a probe is overdue, so that what is shown of its host may no longer be so. */
export function isLate({ ageMs, intervalMs }: Pick<ProbeSummary, 'ageMs' | 'intervalMs'>): boolean {
  return ageMs > 2 * intervalMs + GRACE_MS
}
