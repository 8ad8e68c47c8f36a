import type { Draw, DrawKey } from './draw.ts'

/** A load factor that swings around 1, never below 0. */
export interface Wave {
  /** Value at a moment, ms. */
  at(tMs: number): number
  /** Integral of the wave up to a moment, in seconds; it never falls as time goes on. */
  gathered(tMs: number): number
}

interface Swing {
  /** Amplitude. */
  readonly size: number
  readonly periodMs: number
}

/** The swings of a business day, compressed into ten minutes. */
const DAY: readonly Swing[] = [
  { size: 0.42, periodMs: 600_000 },
  { size: 0.16, periodMs: 71_000 },
  { size: 0.1, periodMs: 13_700 },
]

/** Additional swings of a single thing. */
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
 * Creates a wave. Waves with the same `day` rise and fall together.
 *
 * @param day key of the common swings
 * @param own key of the wave's own swings
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
