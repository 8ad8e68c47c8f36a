import type { Draw, DrawKey } from './draw.ts'

/** A number around 1 that rises and falls, never below 0. */
export interface Wave {
  /** At a moment, ms. */
  at(tMs: number): number
  /** What has gathered up to a moment, in seconds at 1: never falls as time goes on. */
  gathered(tMs: number): number
}

interface Swing {
  /** Share of 1. */
  readonly size: number
  readonly periodMs: number
}

/** A day of trade in ten minutes, with its rushes and its small change. */
const DAY: readonly Swing[] = [
  { size: 0.42, periodMs: 600_000 },
  { size: 0.16, periodMs: 71_000 },
  { size: 0.1, periodMs: 13_700 },
]

/** What one thing has of its own, beside the day. */
const OWN: readonly Swing[] = [
  { size: 0.13, periodMs: 41_000 },
  { size: 0.1, periodMs: 5900 },
]

const waveOf = (swings: readonly (Swing & { readonly phase: number })[]): Wave => ({
  at: (tMs) =>
    swings.reduce(
      (sum, { size, periodMs, phase }) => sum + size * Math.sin((2 * Math.PI * tMs) / periodMs + phase),
      1,
    ),
  gathered: (tMs) =>
    swings.reduce((sum, { size, periodMs, phase }) => {
      const perSecond = (2 * Math.PI * 1000) / periodMs
      return sum - (size / perSecond) * Math.cos((2 * Math.PI * tMs) / periodMs + phase)
    }, tMs / 1000),
})

/**
 * A wave that shares its day with all others of the same day.
 *
 * @param day whose day it is
 * @param own what the wave is of
 */
export const createWave = (draw: Draw, day: DrawKey, own: DrawKey): Wave =>
  waveOf([
    ...DAY.map((swing, i) => ({ ...swing, phase: draw.between(0, 2 * Math.PI, 'day', i, ...day) })),
    ...OWN.map((swing, i) => ({
      ...swing,
      periodMs: swing.periodMs * draw.between(0.8, 1.3, 'period', i, ...own),
      phase: draw.between(0, 2 * Math.PI, 'own', i, ...own),
    })),
  ])
