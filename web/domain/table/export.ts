import type { TableColumn, TableNode } from './column.ts'

/** What of the table is copied, saved or printed: the heads, and the cells of each row. */
export interface Sheet {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** As comma-separated values (RFC 4180). */
export function toCsv({ heads, rows }: Sheet): string {
  return [heads, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** As lines with tabs, which spreadsheets take from the clipboard. */
export function toTabs({ heads, rows }: Sheet): string {
  return [heads, ...rows]
    .map((row) => row.map((text) => harmless(text.replace(/\s+/g, ' '))).join('\t'))
    .join('\n')
}

function csvCell(text: string): string {
  const cell = harmless(text)
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** Spreadsheets would run a text that begins so as a formula; and names come from whoever starts a container. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text
}

/** What of a cell is wanted: the exact value, for spreadsheets, or the text that the page shows, for people. */
export type CellForm = 'full' | 'text'

/** What of rows is copied, saved or printed: their names, what tells them apart, and the columns that are shown. */
export function sheetOf(
  rows: readonly TableNode[],
  columns: readonly TableColumn[],
  nowMs: number,
  as: CellForm,
): Sheet {
  return {
    heads: ['Name', 'Where', ...columns.map(({ label }) => label)],
    rows: rows.map((row) => [
      row.node.label,
      row.node.labelMinor,
      ...columns.map((column) => column.valueOf(row, nowMs)?.[as] ?? ''),
    ]),
  }
}

/**
 * As JSON: of each row its node's id and name, what tells it apart, and the values by column. Numbers are numbers, of several values there is a list, and
 * all else is the exact text, of times as ISO 8601. Where a node has no value there is none.
 */
export function toJson(rows: readonly TableNode[], columns: readonly TableColumn[], nowMs: number): string {
  const valueIn = (column: TableColumn, row: TableNode) => {
    const value = column.valueOf(row, nowMs)
    if (value === undefined) return undefined
    return column.numeric && typeof value.order === 'number' ? value.order : (value.items ?? value.full)
  }
  const told = rows.map((row) => ({
    id: row.id,
    name: row.node.label,
    where: row.node.labelMinor,
    values: Object.fromEntries(columns.map((column) => [column.id, valueIn(column, row)])),
  }))
  return JSON.stringify(told, undefined, 1)
}
