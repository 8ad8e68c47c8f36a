import { createSignal } from 'solid-js'
import { columnsIn, withColumns } from '../../domain/table/kept-columns.ts'

const key = 'scope.columns'
const [follow, tell] = createSignal(undefined, { equals: false })

/** The columns that were chosen last for the table of a view, as this browser remembers them. Follows {@link rememberColumns}. */
export function rememberedColumns(view: string): readonly string[] | undefined {
  follow()
  return columnsIn(read(), view)
}

/** Remembers the columns of a view's table; undefined forgets them. */
export function rememberColumns(view: string, columns: readonly string[] | undefined): void {
  try {
    localStorage.setItem(key, withColumns(read(), view, columns))
  } catch {
    // Storage may be forbidden; the choice is then in the page's address only.
  }
  tell(undefined)
}

function read(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage may be forbidden.
    return null
  }
}
