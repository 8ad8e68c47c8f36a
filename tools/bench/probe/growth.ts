import { median } from './statistics.ts'

/** The first third shows how memory fills, and two values make no median. */
const LEAST_VALUES = 9

/**
 * How memory developed once it had filled: the median of its last third against that of the third in the middle.
 *
 * @param values in order of time
 * @returns 1 = level; undefined of too few values
 */
export const growthOf = (values: readonly number[]): number | undefined => {
  if (values.length < LEAST_VALUES) return undefined
  const third = Math.floor(values.length / 3)
  const [middle, last] = [values.slice(third, -third), values.slice(-third)].map((part) => median(part))
  return (last as number) / (middle as number)
}
