import { median } from '../../../bench/probe/statistics.ts'

/** What a process held at a moment. */
export interface HeldAt {
  readonly atMs: number
  /** After a collection of all garbage. */
  readonly bytes: number
}

/** How what a process holds developed once it had filled. */
export interface Growth {
  /** What it held at the first plateau: the median of the first third after the warm-up. */
  readonly plateauBytes: number
  /** By how much it grows from there to the end, as a share of the plateau: by the median of the slopes between any two samples. */
  readonly share: number
}

/** The part of the time in which caches fill and code is compiled. */
const WARM_UP = 1 / 3
/** Of fewer samples there is no trend. */
const LEAST_SAMPLES = 9

/**
 * How memory developed after its warm-up, by the median of the slopes between any two samples (Theil and Sen): up to a quarter of the
 * samples may be anything.
 *
 * @param samples in order of time
 * @returns undefined of too few samples
 */
export const growthOf = (samples: readonly HeldAt[]): Growth | undefined => {
  if (samples.length < LEAST_SAMPLES) return undefined
  const warm = samples.slice(Math.floor(samples.length * WARM_UP))
  const [first, last] = [warm[0], warm.at(-1)]
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined
  const slopes = warm.flatMap((a, i) =>
    warm.slice(i + 1).flatMap((b) => (b.atMs > a.atMs ? [(b.bytes - a.bytes) / (b.atMs - a.atMs)] : [])),
  )
  const plateauBytes = median(warm.slice(0, Math.ceil(warm.length / 3)).map(({ bytes }) => bytes))
  return { plateauBytes, share: (median(slopes) * (last.atMs - first.atMs)) / plateauBytes }
}

/**
 * Most that memory may grow after its warm-up, as a share. Collections find up to an eighth more or less, as it happens, so that a
 * minute with some twenty samples proves less than an hour with forty.
 */
export const MOST_GROWTH = { ofAMinute: 0.2, ofAnHour: 0.1 } as const

/** Most that memory may grow in a soak that churns for so long. */
export const mostGrowth = (churnMs: number): number =>
  churnMs < 600_000 ? MOST_GROWTH.ofAMinute : MOST_GROWTH.ofAnHour
