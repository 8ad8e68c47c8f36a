import type { PressedKey } from '../keys/keys.ts'
import { isBrowsers } from '../keys/side.ts'

/** A cell of a matrix, by the indexes of its row and column. */
export interface At {
  readonly row: number
  readonly column: number
}

const steps: Readonly<Record<string, At>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
}

/**
 * The cell to which a key leads: arrows to the next one in their direction that has connections, Home and End to the first and last one of
 * the row, with Ctrl of all. Undefined when the key leads nowhere.
 *
 * @param from undefined = nowhere yet, which is before the first
 */
export function stepInMatrix(
  cells: readonly At[],
  from: At | undefined,
  event: Pick<PressedKey, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): At | undefined {
  if (isBrowsers(event)) return undefined
  const { key, ctrlKey } = event
  const sorted = [...cells].sort((a, b) => a.row - b.row || a.column - b.column)
  if (key === 'Home' || key === 'End') {
    const among = ctrlKey || !from ? sorted : sorted.filter(({ row }) => row === from.row)
    return among.at(key === 'Home' ? 0 : -1)
  }
  const step = steps[key]
  if (!step) return undefined
  if (!from) return sorted[0]
  const ahead = sorted.filter(({ row, column }) =>
    step.row === 0
      ? row === from.row && (column - from.column) * step.column > 0
      : (row - from.row) * step.row > 0,
  )
  const way = ({ row, column }: At) =>
    step.row === 0
      ? Math.abs(column - from.column)
      : Math.abs(row - from.row) * 1e6 + Math.abs(column - from.column)
  return ahead.sort((a, b) => way(a) - way(b))[0]
}
