import type { PropertyTable } from '../../../src/api/types.ts'

/** A key and its value. */
export interface Property {
  readonly id: string
  readonly key: string
  readonly value: string
}

/** The rows whose key or value contains a text, ignoring case; all rows when the text is empty. */
export function filterProperties({ columns, rows }: PropertyTable, text: string): readonly Property[] {
  const [first = { id: 'label' }, ...others] = columns
  const wanted = text.trim().toLowerCase()
  return rows
    .map(({ id, entries }) => ({
      id,
      key: entries[first.id] ?? '',
      value: others.flatMap((one) => entries[one.id] || []).join(' · '),
    }))
    .filter(({ key, value }) => key.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted))
}
