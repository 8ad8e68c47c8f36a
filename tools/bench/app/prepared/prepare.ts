import type { StoryHost } from '../../../../src/demo/story.ts'
import { createFitter, type FitLimits } from '../../../../src/probe/assemble/fitter.ts'
import { type Collected, createMerger } from '../../../../src/probe/assemble/merger.ts'
import { defaultLimits } from '../../../../src/report/limits.ts'
import { PROTOCOL, type Report } from '../../../../src/report/schema.ts'
import { type Template, templateOf } from './template.ts'

/** What the apps of this version take. */
export const LIMITS: FitLimits = { ...defaultLimits, tellsCutTexts: true, tellsAbsorbed: true }

/** What is prepared lasts at least so long until it comes round again. */
const LEAST_MS = 15_000
const LEAST_ROUNDS = 5

/** How many moments after the first are prepared. */
export const roundsFor = (intervalMs: number): number =>
  Math.max(LEAST_ROUNDS, Math.ceil(LEAST_MS / intervalMs))

/**
 * The reports of a host at moments one interval apart, made by all that makes the reports of a probe: whole at first, with all
 * samples; then with those since the one before.
 *
 * @param change what becomes of what was collected
 */
export const reportsOf = (
  host: Pick<StoryHost, 'probeId' | 'collect'>,
  {
    fromMs,
    intervalMs,
    count,
  }: { readonly fromMs: number; readonly intervalMs: number; readonly count: number },
  change: (collected: Collected) => Collected,
): Report[] => {
  const [merge, fit] = [createMerger(), createFitter(LIMITS)]
  return Array.from({ length: count }, (_, n) => {
    const uptimeMs = fromMs + n * intervalMs
    const collected = host.collect(uptimeMs, n === 0 ? undefined : uptimeMs - intervalMs)
    const { probeId } = host
    const own = { probeId, epoch: '0'.repeat(16), seq: n + 1, base: null }
    return fit(merge(change(collected)), { protocol: PROTOCOL, ...own, uptimeMs, intervalMs }, LIMITS)
  })
}

/** Prepares a host, from a moment of the story on. @param change as that of {@link reportsOf} */
export const prepare = (
  host: Pick<StoryHost, 'probeId' | 'collect'>,
  fromMs: number,
  intervalMs: number,
  change: (collected: Collected) => Collected,
): Template => templateOf(reportsOf(host, { fromMs, intervalMs, count: roundsFor(intervalMs) + 1 }, change))
