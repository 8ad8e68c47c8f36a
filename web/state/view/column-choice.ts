import { columnsIn, withColumns } from '../../domain/table/kept-columns.ts'

const key = 'scope.columns'

/** The columns that were chosen last for the table of a view, as this browser remembers them. */
export function rememberedColumns(view: string): readonly string[] | undefined {
  return columnsIn(read(), view)
}

/** Remembers the columns of a view's table; undefined forgets them. */
export function rememberColumns(view: string, columns: readonly string[] | undefined): void {
  try {
    localStorage.setItem(key, withColumns(read(), view, columns))
  } catch {
    // Storage may be forbidden; the choice is then in the page's address only.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage may be forbidden.
    return null
  }
}
