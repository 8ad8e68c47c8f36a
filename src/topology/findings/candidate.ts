import type { Finding } from '../../api/types.ts'

/** Something that is not well at the moment, before it has a place among the findings. */
export interface Candidate extends Omit<Finding, 'severity' | 'since' | 'ended'> {
  /** Since when it is so: ms since 1970 on the app's clock. */
  readonly sinceMs: number
  /** Ids of others that this one stands for, so that they are told no more. */
  readonly instead?: readonly string[]
}
