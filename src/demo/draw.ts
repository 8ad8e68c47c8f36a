import { createHash } from 'node:crypto'

/** Key of a draw, made of text and whole numbers. */
export type DrawKey = readonly (string | number)[]

/**
 * Deterministic pseudo-randomness: with the same seed, a key always gives the same result, whatever was drawn before.
 */
export interface Draw {
  /** @param length number of hex digits, at most 64 */
  hex(length: number, ...key: DrawKey): string
  /** At least `low`, below `high`. */
  between(low: number, high: number, ...key: DrawKey): number
  /** A whole number, at least `low`, below `high`. */
  whole(low: number, high: number, ...key: DrawKey): number
  /**
   * One of several values.
   *
   * @param from not empty
   */
  pick<T>(from: readonly T[], ...key: DrawKey): T
}

/** @param seed any text */
export const createDraw = (seed: string): Draw => {
  const digest = (key: DrawKey): Buffer =>
    createHash('sha256')
      .update(JSON.stringify([seed, ...key]))
      .digest()
  const unit = (key: DrawKey): number => digest(key).readUIntBE(0, 6) / 2 ** 48
  const whole = (low: number, high: number, ...key: DrawKey): number =>
    low + Math.floor(unit(key) * (high - low))
  return {
    hex: (length, ...key) => digest(key).toString('hex').slice(0, length),
    between: (low, high, ...key) => low + unit(key) * (high - low),
    whole,
    pick: (from, ...key) => from[whole(0, from.length, ...key)] as (typeof from)[number],
  }
}
