import type { Half } from '../flow.ts'
import type { Layout } from './layout.ts'
import type { PortMatch } from './match-ports.ts'
import { Splitter } from './splitter.ts'

/**
 * Splits the numbers of each teller among the others. Each row adds up to exactly what its teller reported, and columns
 * come as close as possible to what the others report.
 *
 * @returns the numbers of teller `i` and the other `j` from `(i * others + j) * size` on, as {@link Layout} lays them out
 */
export const shareMatrix = (
  tellers: readonly Half[],
  others: readonly Half[],
  match: PortMatch,
  layout: Layout,
): readonly number[] => {
  const [columns, size] = [others.length, layout.size]
  const told = layout.of(tellers)
  const own = layout.of(others)
  const shares = layout.empty(tellers.length * columns)
  const splitter = new Splitter(others, match)
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
