const key = 'scope.columns'

/** The columns that were chosen last for the table of a view, as this browser remembers them. */
export function rememberedColumns(view: string): readonly string[] | undefined {
  const columns = read()[view]
  return Array.isArray(columns) ? columns.filter((id) => typeof id === 'string') : undefined
}

/** Remembers the columns of a view's table; undefined forgets them. */
export function rememberColumns(view: string, columns: readonly string[] | undefined): void {
  const { [view]: _, ...rest } = read()
  try {
    localStorage.setItem(key, JSON.stringify(columns === undefined ? rest : { ...rest, [view]: columns }))
  } catch {
    // Storage may be forbidden; the choice is then in the page's address only.
  }
}

function read(): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
  } catch {
    // Storage may be forbidden, or hold what another version has written.
    return {}
  }
}
