import type { FindingKind } from '../../../api/types.ts'
import type { ConnectionRecord } from '../../../report/schema.ts'

/** When failures of connections make a finding, and how long it lasts. */
export const failureTimes = {
  /** So many failures, none longer after the one before than {@link failureTimes.gapMs}, make a finding. */
  least: 3,
  gapMs: 150_000,
  /** It has ended when nothing failed for three times the usual pause between failures, but within these bounds. */
  holdMs: { least: 30_000, most: 300_000 },
  /** Rates are of so long. */
  rateMs: 60_000,
} as const

const SLOT_MS = 5_000

/** Why connections fail, as kinds of findings. */
export type FailureKind = Extract<
  FindingKind,
  'refused' | 'timed-out' | 'unreachable' | 'out-of-ports' | 'failing'
>

/** How many connections failed, by why. */
export type FailureCounts = Readonly<Record<FailureKind, number>>

const told = ({ refused = 0, timedOut = 0, unreachable = 0, outOfPorts = 0, failed }: ConnectionRecord) => ({
  refused,
  'timed-out': timedOut,
  unreachable,
  'out-of-ports': outOfPorts,
  failing: failed - refused - timedOut - unreachable - outOfPorts,
})

/** How many more failed than what was told of them before. @param before records whose counts are in this one */
export const failuresSince = (
  record: ConnectionRecord,
  before: readonly ConnectionRecord[],
): FailureCounts => {
  const counts = told(record)
  for (const earlier of before) {
    const known = told(earlier)
    for (const kind of Object.keys(counts) as FailureKind[])
      counts[kind] = Math.max(0, counts[kind] - known[kind])
  }
  return counts
}

/** A series of failures for one reason, each soon after the one before. */
export class FailureStreak {
  readonly firstMs: number
  #lastMs: number
  #total = 0
  /** Counts of the last minute by when they were seen, oldest first. */
  readonly #recent: { readonly atMs: number; count: number }[] = []

  constructor(nowMs: number) {
    this.firstMs = nowMs
    this.#lastMs = nowMs
  }

  get total(): number {
    return this.#total
  }

  add(count: number, nowMs: number): void {
    this.#total += count
    this.#lastMs = nowMs
    const last = this.#recent.at(-1)
    if (last !== undefined && nowMs - last.atMs < SLOT_MS) last.count += count
    else this.#recent.push({ atMs: nowMs, count })
    this.#forget(nowMs)
  }

  /** Failures within the last minute. */
  perMinute(nowMs: number): number {
    this.#forget(nowMs)
    return this.#recent.reduce((sum, { count }) => sum + count, 0)
  }

  isOver(nowMs: number): boolean {
    return nowMs - this.#lastMs > this.#holdMs()
  }

  #holdMs(): number {
    const { least, gapMs, holdMs } = failureTimes
    if (this.#total < least) return gapMs
    const usualMs = (this.#lastMs - this.firstMs) / (this.#total - 1)
    return Math.min(holdMs.most, Math.max(holdMs.least, 3 * usualMs))
  }

  #forget(nowMs: number): void {
    while ((this.#recent[0]?.atMs ?? nowMs) <= nowMs - failureTimes.rateMs) this.#recent.shift()
  }
}
