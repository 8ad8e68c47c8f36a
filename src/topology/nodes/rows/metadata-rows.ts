import type { MetadataRow } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'
import { withoutRoom } from '../../without-room.ts'

/** A metadata row that nodes of a topology get when they have a value for it. */
export interface MetadataTemplate extends Omit<MetadataRow, 'value'> {
  /** Rows with lower numbers come first; those of 10 and above may be collapsed in the UI. */
  readonly priority: number
  /** Reads the value, if it is not simply the fact `id`. */
  readonly value?: (node: ReportNode) => string | undefined
}

/** The rows of a node; rows without a value are left out. */
export const metadataRows = (node: ReportNode, templates: readonly MetadataTemplate[]): MetadataRow[] => {
  const rows: MetadataRow[] = []
  for (const template of templates) {
    const value = valueIn(node, template)
    if (value !== undefined) rows.push(rowOf(template, value))
  }
  return withoutRoom(rows)
}

const valueIn = (node: ReportNode, { id, dataType, value: read }: MetadataTemplate): string | undefined => {
  if (read) return read(node)
  return dataType === 'datetime' ? dateFact(node, id) : textFact(node, id)
}

/** There are tens of thousands of rows. Fields that are added to an object one by one take more memory than those that are written out. */
const rowOf = ({ id, label, priority, dataType, truncate }: MetadataTemplate, value: string): MetadataRow => {
  if (truncate !== undefined)
    return { id, label, priority, ...(dataType === undefined ? {} : { dataType }), truncate, value }
  return dataType === undefined ? { id, label, priority, value } : { id, label, priority, dataType, value }
}

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
