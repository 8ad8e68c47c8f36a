import type { Story } from '../../../src/demo/story.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'

/** Time between a report and the earlier one that its rates are computed against. */
const RATE_BASE_MS = 5000

/**
 * The reports of a story that an app would hold at a moment, each with the report of five seconds before as the base of
 * its rates.
 */
export const heldAt = (story: Story, tMs: number): HeldReport[] => {
  const { startedAtMs } = story.options
  const bases = story.reportsAt(Math.max(0, tMs - RATE_BASE_MS))
  return story.reportsAt(tMs).map((report, index) => {
    const rateBase = bases[index]
    return {
      report,
      startedAtMs,
      arrivedAtMs: startedAtMs + tMs,
      verified: true,
      ...(rateBase && tMs > 0 ? { rateBase } : {}),
    }
  })
}
