import type {
  Column,
  ConnectionRow,
  ConnectionTable,
  MetadataRow,
  MetricRow,
} from '../../src/topology/types.ts'

/** What a row of a table is made of. */
export interface TableRow {
  readonly metadata?: readonly MetadataRow[]
  readonly metrics?: readonly MetricRow[]
}

/** The columns that tell something: not those without any value, nor failures where nothing failed. */
export function tellingColumns(columns: readonly Column[], rows: readonly TableRow[]): readonly Column[] {
  return columns.filter(({ id }) =>
    rows.some((row) => {
      if (row.metrics?.some((metric) => metric.id === id)) return true
      const value = row.metadata?.find((one) => one.id === id)?.value ?? ''
      return value !== '' && !(id === failedColumn && value === '0')
    }),
  )
}

/** Id of the column of failed connections. */
export const failedColumn = 'failed'

/**
 * Whether connections of a row failed: `some`, or `all` when none was ever made or found; then nobody may be there.
 */
export function failing(metadata: readonly MetadataRow[]): 'some' | 'all' | undefined {
  const number = (id: string) => Number(metadata.find((row) => row.id === id)?.value ?? 0)
  if (!(number(failedColumn) > 0)) return undefined
  return number('opened') > 0 || number('count') > 0 ? 'some' : 'all'
}

/** Columns that tell what failed: how many, and at which port. */
export const failingColumns: ReadonlySet<string> = new Set([failedColumn, 'port'])

/** Id of the column that names, where a node stands for many addresses, the one connected with. */
const addressColumn = 'remote'

/**
 * A connection table as the page shows it: an address has the length of a name, so it goes below the name instead of among
 * the numbers.
 */
export function connectionLines(table: ConnectionTable): {
  readonly columns: readonly Column[]
  readonly rows: readonly { readonly row: ConnectionRow; readonly minor: string | undefined }[]
} {
  return {
    columns: tellingColumns(table.columns, table.connections).filter(({ id }) => id !== addressColumn),
    rows: table.connections.map((row) => ({
      row,
      minor: row.metadata.find(({ id }) => id === addressColumn)?.value ?? row.labelMinor,
    })),
  }
}
