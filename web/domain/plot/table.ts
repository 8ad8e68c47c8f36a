import type { Column, MetadataRow, MetricRow } from '../../../src/api/types.ts'
import { factText } from '../node/fact-text.ts'
import { metricValue } from '../words/format.ts'

/** The part of an API row that tables read. */
export interface TableRow {
  readonly metadata?: readonly MetadataRow[]
  readonly metrics?: readonly MetricRow[]
}

/** A value in a table: the text that is shown, and the value that it is sorted by. */
export interface Cell {
  readonly text: string
  /** The exact value, for a tooltip. */
  readonly full: string
  readonly order: number | string
}

/** A line of a table: the node that it is about, and a cell for each column in which it has a value. */
export interface Line {
  readonly id: string
  readonly nodeId: string
  readonly label: string
  /** Text below the label. */
  readonly minor: string | undefined
  /** No connection is open and nothing has happened for a while; such a line is drawn faintly. */
  readonly quiet?: boolean
  /** What is wrong, in words. */
  readonly trouble: string | undefined
  /** All names and addresses, for a tooltip. */
  readonly hint: string
  readonly cells: ReadonlyMap<string, Cell>
}

/** The column that a table is sorted by ({@link nameColumn} for the labels), and the direction. */
export interface Sorting {
  readonly column: string
  readonly descending: boolean
}

/** Id of the column of labels. */
export const nameColumn = 'name'

/** The columns in which some row has a value; of `failed` and `abandoned`, a value other than 0. */
export function tellingColumns(columns: readonly Column[], rows: readonly TableRow[]): readonly Column[] {
  return columns.filter(({ id }) =>
    rows.some((row) => {
      if (row.metrics?.some((metric) => metric.id === id)) return true
      const value = factValue(row, id) ?? ''
      return value !== '' && !(rareColumns.has(id) && value === '0')
    }),
  )
}

/** Columns in which a zero counts as no value. */
const rareColumns: ReadonlySet<string> = new Set(['failed', 'abandoned'])

/** The value of a row in a column; undefined when it has none. */
export function factValue(row: TableRow, columnId: string): string | undefined {
  return row.metadata?.find(({ id }) => id === columnId)?.value
}

/** The cells of a row, by column. */
export function cellsOf(columns: readonly Column[], row: TableRow, nowMs: number): ReadonlyMap<string, Cell> {
  return new Map(
    columns.flatMap(({ id }): [string, Cell][] => {
      const metric = row.metrics?.find((one) => one.id === id)
      if (metric) {
        const text = metricValue(metric.format, metric.value)
        return [[id, { text, full: text, order: metric.value }]]
      }
      const fact = row.metadata?.find((one) => one.id === id)
      if (!fact || fact.value === '') return []
      const { shown, full } = factText(fact, nowMs)
      return [[id, { text: shown, full, order: orderOf(fact) }]]
    }),
  )
}

function orderOf({ value, dataType }: MetadataRow): number | string {
  const order = dataType === 'datetime' ? Date.parse(value) : Number(value)
  return Number.isNaN(order) ? value : order
}

/** Sorts lines. Lines without a value come last in both directions; lines with equal values are sorted by label. */
export function sortLines(lines: readonly Line[], { column, descending }: Sorting): readonly Line[] {
  const sign = descending ? -1 : 1
  const orderIn = (line: Line) => (column === nameColumn ? line.label : line.cells.get(column)?.order)
  return [...lines].sort((a, b) => {
    const [left, right] = [orderIn(a), orderIn(b)]
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined) || byLabel(a, b)
    return sign * compare(left, right) || byLabel(a, b)
  })
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true, sensitivity: 'base' })
}

function byLabel(a: Line, b: Line): number {
  return compare(a.label, b.label) || (a.id < b.id ? -1 : 1)
}

/**
 * The sorting after the head of a column was pressed: another column begins with its largest numbers, or with the first
 * text in alphabetical order; the same column reverses its direction.
 */
export function pressed(sorting: Sorting | undefined, column: string, lines: readonly Line[]): Sorting {
  if (sorting?.column === column) return { column, descending: !sorting.descending }
  return { column, descending: lines.some((line) => typeof line.cells.get(column)?.order === 'number') }
}

/**
 * Ids in the order they had `before`, so that no line moves under the pointer: missing ids are dropped, new ones
 * appended.
 */
export function keepOrder(before: readonly string[], now: readonly string[]): readonly string[] {
  const there = new Set(now)
  const kept = before.filter((id) => there.has(id))
  const known = new Set(kept)
  return [...kept, ...now.filter((id) => !known.has(id))]
}
