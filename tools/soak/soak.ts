import { createDraw } from '../../src/demo/draw.ts'
import { untilAborted } from '../../src/pacing/until-aborted.ts'
import { startFleet } from '../../test/support/machine/hosts/fleet.ts'
import { showTheTruth, watchForFalseClaims } from '../../test/support/machine/hosts/looking.ts'
import { createChurn } from './churn.ts'

/** How Scope is soaked. */
export interface SoakOptions {
  /** How long something goes wrong, besides the time to start and to heal. */
  readonly churnMs: number
  /** Something goes wrong for so long before everything is left alone, and has to heal. */
  readonly roundMs: number
  /** The same seed draws the same steps. */
  readonly seed: string
  /** Gets each step, in words. */
  readonly say: (line: string) => void
  /** Cuts it off: what it has started ends, then it throws the reason. */
  readonly signal?: AbortSignal
}

/** What came of it. */
export interface SoakResults {
  readonly steps: number
  /** How long each round took to heal, ms. */
  readonly healedAfterMs: readonly number[]
  /** What an app showed that was never so. */
  readonly falseClaims: readonly string[]
}

/** Two lost SYNs, a probe that is started again, and the longest pause between tries of a probe come one after another. */
const HEALS_WITHIN_MS = 120_000

/** A round has at least so many steps: on a busy machine each of them takes seconds. */
const LEAST_STEPS = 6

/**
 * Three hosts report to two apps, while connections come and go, links fail, and parts are killed. After each round both apps
 * have to show exactly what is so.
 *
 * @throws Error with the difference when they do not
 */
export const soak = async (options: SoakOptions): Promise<SoakResults> => {
  const { churnMs, roundMs, seed, say, signal = new AbortController().signal } = options
  const fleet = await startFleet({
    names: ['alpha', 'beta', 'gamma'],
    apps: ['alpha', 'beta'],
    options: ['--app.window=5s', '--probe.docker=false'],
  })
  const run = async (): Promise<SoakResults> => {
    await showTheTruth(fleet, HEALS_WITHIN_MS)
    const churn = createChurn(fleet, createDraw(seed))
    const watch = watchForFalseClaims(fleet, (claim) => say(`false: ${claim}`))
    const healedAfterMs: number[] = []
    let steps = 0
    for (let spentMs = 0; spentMs < churnMs; ) {
      const startedMs = performance.now()
      const isOver = () => performance.now() - startedMs >= Math.min(roundMs, churnMs - spentMs)
      for (const before = steps; steps < before + LEAST_STEPS || !isOver(); ) {
        say(await churn.step())
        steps += 1
      }
      const endedMs = performance.now()
      spentMs += endedMs - startedMs
      churn.calm()
      await showTheTruth(fleet, HEALS_WITHIN_MS)
      healedAfterMs.push(performance.now() - endedMs)
      say(
        `healed after ${(healedAfterMs.at(-1) ?? 0).toFixed(0)} ms; open: ${Object.keys(fleet.truth()).length}`,
      )
    }
    return { steps, healedAfterMs, falseClaims: await watch.stop() }
  }
  try {
    return await untilAborted(run(), signal)
  } finally {
    await fleet.close()
  }
}
