import type { Half } from '../flow.ts'
import type { Layout } from './layout.ts'
import type { PortMatch } from './match-ports.ts'
import { NumberLists } from './number-lists.ts'
import { Splitter } from './splitter.ts'

/**
 * Splits the numbers of each teller among the others. Each row adds up to exactly what its teller reported, and columns
 * come as close as possible to what the others report.
 *
 * @param lists the result is one of these
 * @returns the numbers of teller `i` and the other `j` from `(i * others + j) * size` on, as {@link Layout} lays them out
 */
export const shareMatrix = (
  tellers: readonly Half[],
  others: readonly Half[],
  match: PortMatch,
  layout: Layout,
  lists: NumberLists = new NumberLists(),
): ArrayLike<number> => {
  const columns = others.length
  const { size } = layout
  const told = layout.of(tellers, lists.zeros('told', tellers.length * size))
  const own = layout.of(others, lists.zeros('own', columns * size))
  const shares = lists.zeros('shares', tellers.length * columns * size)
  const splitter = new Splitter(others, match, lists)
  for (const section of layout.sections) {
    for (let k = section.from; k < section.to; k++) {
      let isBegun = false
      for (let i = 0; i < tellers.length; i++) {
        const number = told[i * size + k] ?? 0
        // Most numbers are 0, and there is nothing to be split.
        if (number === 0) continue
        if (!isBegun) {
          for (let j = 0; j < columns; j++) splitter.own[j] = own[j * size + k] ?? 0
          splitter.begin(section)
          isBegun = true
        }
        splitter.split(number, i)
        for (let j = 0; j < columns; j++) shares[(i * columns + j) * size + k] = splitter.parts[j] ?? 0
      }
    }
  }
  return shares
}
