import type { MetadataRow } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'

/** A row that nodes of one topology have, when they have the fact. */
export interface MetadataTemplate extends Omit<MetadataRow, 'value'> {
  /** Lower comes first; 10 and above may be folded away. */
  readonly priority: number
  /** Where the value comes from when it is not simply the fact `id`. */
  readonly value?: (node: ReportNode) => string | undefined
}

/** The rows of a node, those without a value left out. */
export const metadataRows = (node: ReportNode, templates: readonly MetadataTemplate[]): MetadataRow[] =>
  templates.flatMap(({ value: read, ...row }) => {
    const value = read
      ? read(node)
      : row.dataType === 'datetime'
        ? dateFact(node, row.id)
        : textFact(node, row.id)
    return value === undefined ? [] : [{ ...row, value }]
  })

/** Dates leave here as ISO 8601, also those that came as ms since 1970. */
const dateFact = (node: ReportNode, key: string): string | undefined => {
  const value = node.facts[key]
  return typeof value === 'number' ? isoDate(value) : textFact(node, key)
}

/** ISO 8601 of ms since 1970; undefined outside what dates can say. */
export const isoDate = (ms: number): string | undefined => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
