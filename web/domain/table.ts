import type { Column, MetadataRow, MetricRow } from '../../src/topology/types.ts'

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
