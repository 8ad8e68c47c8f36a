/** The sum of `count` numbers, from one place of a list on. */
export const sumOf = (values: ArrayLike<number>, from: number, count: number): number => {
  let sum = 0
  for (let k = from; k < from + count; k++) sum += values[k] ?? 0
  return sum
}

/**
 * Splits a total in proportion to weights: `count` of them, from one place of a list on.
 *
 * @param whole the sum of these weights, above 0
 * @param parts gets as many parts, from its first place on
 */
export type Apportion = (
  total: number,
  weights: ArrayLike<number>,
  from: number,
  count: number,
  whole: number,
  parts: Float64Array,
) => void

/** Splits any number. */
export const putFractions: Apportion = (total, weights, from, count, whole, parts) => {
  for (let k = 0; k < count; k++) parts[k] = (total * (weights[from + k] ?? 0)) / whole
}

/**
 * Splits a whole number into whole numbers that add up to exactly that. The cumulative share is rounded, so that
 * rounding errors do not add up.
 */
export const putWholeParts: Apportion = (total, weights, from, count, whole, parts) => {
  let weightSoFar = 0
  let given = 0
  for (let k = 0; k < count; k++) {
    weightSoFar += weights[from + k] ?? 0
    const upTo = weightSoFar === whole ? total : Math.min(total, Math.round(total * (weightSoFar / whole)))
    parts[k] = upTo - given
    given = upTo
  }
}
