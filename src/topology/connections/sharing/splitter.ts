import type { Half } from '../flow.ts'
import type { Section } from './layout.ts'
import type { PortMatch } from './match-ports.ts'
import type { NumberLists } from './number-lists.ts'
import { type Apportion, putFractions, putWholeParts, sumOf } from './parts.ts'

/**
 * Splits one number after the other between rows and columns: what each row tells is divided among the columns, so that they
 * come as close as possible to what they tell themselves. For each number, set {@link own} and call {@link begin}; then
 * {@link split} once for each row that tells of any, in order.
 */
export class Splitter {
  /** What each column tells of the number. */
  readonly own: Float64Array
  /** The parts of the row that was split last, by column. */
  readonly parts: Float64Array
  readonly #columns: number
  readonly #match: PortMatch
  readonly #lists: NumberLists
  readonly #activity: Float64Array
  readonly #equal: Float64Array
  /**
   * The weights that are tried first. Of connections it is how much of each column is left for the following rows: without
   * that, the first of two columns with one connection each would get both.
   */
  readonly #first: Float64Array
  #joints: Joints | undefined
  #kind: Section['kind'] = 'past'
  #apportion: Apportion = putWholeParts

  /** @param lists of which it uses some for as long as it splits */
  constructor(columns: readonly Half[], match: PortMatch, lists: NumberLists) {
    const { length } = columns
    this.own = lists.zeros('ownOfOne', length)
    this.parts = lists.zeros('parts', length)
    this.#columns = length
    this.#match = match
    this.#lists = lists
    this.#activity = lists.zeros('activity', length)
    columns.forEach(({ numbers }, j) => {
      this.#activity[j] = numbers.opened + numbers.open
    })
    this.#equal = lists.zeros('equal', length).fill(1, 0, length)
    this.#first = lists.zeros('left', length)
  }

  /** Begins with a number. */
  begin({ kind, are }: Pick<Section, 'kind' | 'are'>): void {
    this.#kind = kind
    this.#apportion = are === 'counters' ? putWholeParts : putFractions
    if (kind === 'traffic') return
    const known = kind === 'connections' ? this.#match.columnKnown : undefined
    for (let j = 0; j < this.#columns; j++)
      this.#first[j] = Math.max(0, (this.own[j] ?? 0) - (known?.[j] ?? 0))
  }

  /** Splits what row `i` tells. @param told not 0 */
  split(told: number, i: number): void {
    if (this.#kind === 'traffic') this.#splitTraffic(told, i)
    else if (this.#kind === 'past') this.#splitPast(told, i)
    else this.#splitConnections(told, i)
  }

  #splitPast(told: number, i: number): void {
    const isSplit =
      this.#divide(told, this.#first) ||
      this.#divide(told, this.own) ||
      this.#divide(told, this.#match.known, i * this.#columns)
    if (!isSplit) this.#divideByActivity(told)
    this.#takeFromRest()
  }

  /** Where ports tell who is at the other end, only what is left is divided. */
  #splitConnections(told: number, i: number): void {
    const { known } = this.#match
    const at = i * this.#columns
    const knownSum = sumOf(known, at, this.#columns)
    if (knownSum >= told) {
      putWholeParts(told, known, at, this.#columns, knownSum, this.parts)
      return
    }
    const isSplit =
      this.#divide(told - knownSum, this.#first) ||
      this.#divide(told - knownSum, known, at) ||
      this.#divide(told - knownSum, this.own)
    if (!isSplit) this.#divideByActivity(told - knownSum)
    this.#takeFromRest()
    for (let j = 0; j < this.#columns; j++) this.parts[j] = (this.parts[j] ?? 0) + (known[at + j] ?? 0)
  }

  #splitTraffic(told: number, i: number): void {
    this.#joints ??= jointsOf(this.#match, this.#lists)
    const { weights, shares } = this.#joints
    const at = i * this.#columns
    for (let j = 0; j < this.#columns; j++) this.#first[j] = (shares[at + j] ?? 0) * (this.own[j] ?? 0)
    const isSplit =
      this.#divide(told, this.#first) || this.#divide(told, weights, at) || this.#divide(told, this.own)
    if (!isSplit) this.#divideByActivity(told)
  }

  /** @returns false when these weights say nothing */
  #divide(total: number, weights: ArrayLike<number>, from = 0): boolean {
    const whole = sumOf(weights, from, this.#columns)
    if (!(whole > 0)) return false
    this.#apportion(total, weights, from, this.#columns, whole, this.parts)
    return true
  }

  #divideByActivity(total: number): void {
    if (!this.#divide(total, this.#activity)) this.#divide(total, this.#equal)
  }

  #takeFromRest(): void {
    for (let j = 0; j < this.#columns; j++)
      this.#first[j] = Math.max(0, (this.#first[j] ?? 0) - (this.parts[j] ?? 0))
  }
}

/** At `i * columns + j`, for row `i` and column `j`: */
interface Joints {
  /** how many connections of the column are with the row: known by ports, the rest estimated in proportion, */
  readonly weights: ArrayLike<number>
  /** and the same as a fraction of all its connections. */
  readonly shares: ArrayLike<number>
}

const jointsOf = ({ known, columnKnown, rowRest, columnRest }: PortMatch, lists: NumberLists): Joints => {
  const columns = columnRest.length
  const columnRests = sumOf(columnRest, 0, columns)
  const rowRests = sumOf(rowRest, 0, rowRest.length)
  const cells = rowRest.length * columns
  const weights = lists.zeros('jointWeights', cells)
  const shares = lists.zeros('jointShares', cells)
  for (let i = 0; i < rowRest.length; i++) {
    for (let j = 0; j < columns; j++) {
      const part = columnRests > 0 ? (columnRest[j] ?? 0) / columnRests : 0
      const weight = (known[i * columns + j] ?? 0) + (rowRest[i] ?? 0) * part
      const whole = (columnKnown[j] ?? 0) + rowRests * part
      weights[i * columns + j] = weight
      shares[i * columns + j] = whole > 0 ? weight / whole : 0
    }
  }
  return { weights, shares }
}
