/** A straight line through values over time, by least squares. */
export interface Trend {
  /** Where the line is at the first and at the last value. */
  readonly first: number
  readonly last: number
  /** How far the last may be off for what the values scatter about the line: two standard errors of the slope, over the whole time. */
  readonly doubt: number
}

/** The fewest values of which the scatter tells anything. */
const LEAST_VALUES = 4

/**
 * The trend of values.
 *
 * @param values in order of time, each with its time; at least 4 with different times
 * @throws {RangeError} of fewer
 */
export const trendOf = (values: readonly (readonly [time: number, value: number])[]): Trend => {
  const count = values.length
  const mean = (of: (one: readonly [number, number]) => number) =>
    values.reduce((sum, one) => sum + of(one), 0) / count
  const [time, value] = [mean(([at]) => at), mean(([, of]) => of)]
  const spread = values.reduce((sum, [at]) => sum + (at - time) ** 2, 0)
  if (count < LEAST_VALUES || spread === 0) throw new RangeError(`${count} values have no trend`)
  const slope = values.reduce((sum, [at, of]) => sum + (at - time) * (of - value), 0) / spread
  const off = values.reduce((sum, [at, of]) => sum + (of - value - slope * (at - time)) ** 2, 0)
  const times = values.map(([at]) => at)
  const [begin, end] = [Math.min(...times), Math.max(...times)]
  return {
    first: value + slope * (begin - time),
    last: value + slope * (end - time),
    doubt: 2 * Math.sqrt(off / (count - 2) / spread) * (end - begin),
  }
}

/** By how much more than what it holds something may grow. */
const MOST_GROWTH = 0.02

/**
 * Whether something grows beyond what it holds, and beyond doubt: by more than 2 % over the time, where the size of what it holds is
 * taken out.
 *
 * @param size of what it holds, at the same times
 */
export const growsBeyond = (values: Trend, size: Trend): boolean => {
  const allowed = values.first * Math.max(1, size.last / size.first) * (1 + MOST_GROWTH)
  return values.last - values.doubt > allowed
}
