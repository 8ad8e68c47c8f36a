import type { Column, MetadataRow, MetricRow } from '../../src/api/types.ts'
import { factText } from './fact-text.ts'
import { metricValue } from './format.ts'

/** What a row of a table is made of. */
export interface TableRow {
  readonly metadata?: readonly MetadataRow[]
  readonly metrics?: readonly MetricRow[]
}

/** A value in a table: as it is read, and as it is sorted. */
export interface Cell {
  readonly text: string
  /** The whole truth, for a tooltip. */
  readonly full: string
  readonly order: number | string
}

/** A line of a table: who it is about, and a value for each column that has one. */
export interface Line {
  readonly id: string
  readonly nodeId: string
  readonly label: string
  /** Below the label. */
  readonly minor: string | undefined
  /** Nothing is open, and nothing has happened for a while: told faintly. */
  readonly quiet?: boolean
  /** What is wrong, in words. */
  readonly trouble: string | undefined
  /** All that it is known by, for a tooltip. */
  readonly hint: string
  readonly cells: ReadonlyMap<string, Cell>
}

/** By which column a table is sorted; `name` is the one of the labels. */
export interface Sorting {
  readonly column: string
  readonly descending: boolean
}

/** Id of the column of labels. */
export const nameColumn = 'name'

/** The columns that tell something: not those without any value, nor failures where nothing failed. */
export function tellingColumns(columns: readonly Column[], rows: readonly TableRow[]): readonly Column[] {
  return columns.filter(({ id }) =>
    rows.some((row) => {
      if (row.metrics?.some((metric) => metric.id === id)) return true
      const value = factValue(row, id) ?? ''
      return value !== '' && !(rareColumns.has(id) && value === '0')
    }),
  )
}

/** Columns in which a zero says nothing. */
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

/** Lines in order; those without a value last, whichever way; of equal ones by label. */
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

/** How a table is sorted after its head was pressed: a new column by its most telling end, the same one the other way. */
export function pressed(sorting: Sorting | undefined, column: string, lines: readonly Line[]): Sorting {
  if (sorting?.column === column) return { column, descending: !sorting.descending }
  return { column, descending: lines.some((line) => typeof line.cells.get(column)?.order === 'number') }
}

/** The order before, so that nothing moves under the pointer: what is gone is left out, what is new comes last. */
export function keepOrder(before: readonly string[], now: readonly string[]): readonly string[] {
  const there = new Set(now)
  const kept = before.filter((id) => there.has(id))
  const known = new Set(kept)
  return [...kept, ...now.filter((id) => !known.has(id))]
}
