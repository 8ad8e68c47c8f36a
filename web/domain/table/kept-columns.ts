/** Columns of tables by view, as a text that a browser keeps. What is not such a text, or of another version, holds none. */
type Kept = string | null

/** The columns that a kept text has for the table of a view; undefined when it has none. */
export function columnsIn(kept: Kept, view: string): readonly string[] | undefined {
  const byView = read(kept)
  const columns = Object.hasOwn(byView, view) ? byView[view] : undefined
  return Array.isArray(columns) ? columns.filter((id) => typeof id === 'string') : undefined
}

/** The text with other columns for a view; undefined leaves it out. What it has of other views stays. */
export function withColumns(kept: Kept, view: string, columns: readonly string[] | undefined): string {
  const { [view]: _, ...rest } = read(kept)
  return JSON.stringify(columns === undefined ? rest : { ...rest, [view]: columns })
}

function read(kept: Kept): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(kept ?? '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}
