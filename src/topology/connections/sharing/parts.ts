/** The sum of numbers. */
export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** The first list of weights with a sum above 0; when there is none, equal weights. */
export const firstWithWeight = (
  ...candidates: readonly [readonly number[], ...(readonly number[])[]]
): readonly number[] => candidates.find((weights) => sum(weights) > 0) ?? candidates[0].map(() => 1)

/** Splits a total in proportion to the weights. @param weights with a sum above 0 */
export const fractions = (total: number, weights: readonly number[]): number[] => {
  const whole = sum(weights)
  return weights.map((weight) => (total * weight) / whole)
}

/**
 * Splits a whole number in proportion to the weights, into whole numbers that add up to exactly that total. The
 * cumulative share is rounded, so that rounding errors do not add up.
 *
 * @param weights with a sum above 0
 */
export const wholeParts = (total: number, weights: readonly number[]): number[] => {
  const whole = sum(weights)
  let weightSoFar = 0
  let given = 0
  return weights.map((weight) => {
    weightSoFar += weight
    const upTo = weightSoFar === whole ? total : Math.min(total, Math.round(total * (weightSoFar / whole)))
    const part = upTo - given
    given = upTo
    return part
  })
}
