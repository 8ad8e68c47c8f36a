import type { MetadataRow } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'

/** A metadata row that nodes of a topology get when they have a value for it. */
export interface MetadataTemplate extends Omit<MetadataRow, 'value'> {
  /** Rows with lower numbers come first; those of 10 and above may be collapsed in the UI. */
  readonly priority: number
  /** Reads the value, if it is not simply the fact `id`. */
  readonly value?: (node: ReportNode) => string | undefined
}

/** The rows of a node; rows without a value are left out. */
export const metadataRows = (node: ReportNode, templates: readonly MetadataTemplate[]): MetadataRow[] =>
  templates.flatMap(({ value: read, ...row }) => {
    const value = read
      ? read(node)
      : row.dataType === 'datetime'
        ? dateFact(node, row.id)
        : textFact(node, row.id)
    return value === undefined ? [] : [{ ...row, value }]
  })

/** A fact that is a date, in ISO 8601. Facts have it as that, or as ms since 1970. */
const dateFact = (node: ReportNode, key: string): string | undefined => {
  const value = node.facts[key]
  return typeof value === 'number' ? isoDate(value) : textFact(node, key)
}

/** Formats ms since 1970 as ISO 8601; undefined when it is outside the range of `Date`. */
export const isoDate = (ms: number): string | undefined => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
