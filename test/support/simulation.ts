import type { Story } from '../../src/demo/story.ts'
import type { HeldReport } from '../../src/topology/held-report.ts'

/** How far back the base of rates is. */
const RATE_BASE_MS = 5000

/** What an app would hold of a story at a moment, each report with one of five seconds before as the base of its rates. */
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
