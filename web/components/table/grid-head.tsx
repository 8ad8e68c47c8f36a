import type { JSX } from 'solid-js'
import { nameColumn, type Sorting } from '../../domain/plot/table.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import type { Head } from './create-rows.ts'

/** Props of {@link GridHead}. */
export interface GridHeadProps {
  readonly heads: readonly Head[]
  readonly sorting: Sorting
  /** Whether all rows are marked. */
  readonly isAll: boolean
  readonly onSort: (column: string) => void
  readonly onMarkAll: () => void
}

/** The heads of the columns: a press sorts, a drag on the edge changes the width, a double press there undoes that. */
export function GridHead(props: GridHeadProps): JSX.Element {
  const direction = (id: string) => {
    if (props.sorting.column !== id) return undefined
    return props.sorting.descending ? 'descending' : 'ascending'
  }
  return (
    <thead class="grid-head">
      <tr class="grid-line" aria-rowindex={1}>
        <Keyed each={props.heads} by={idOf}>
          {(head) => (
            <th
              class="grid-cell"
              scope="col"
              aria-sort={direction(head().id)}
              data-numeric={head().numeric}
              data-name={head().id === nameColumn}
            >
              {head().id === nameColumn && (
                <button
                  type="button"
                  class="grid-mark"
                  aria-label="Mark all rows, or none"
                  aria-pressed={props.isAll}
                  data-testid="mark-all"
                  onClick={() => props.onMarkAll()}
                >
                  <span class="grid-box" data-marked={props.isAll} />
                </button>
              )}
              <button
                type="button"
                class="grid-sort"
                data-sort={head().id}
                title={`Sort by ${head().label}`}
                onClick={() => props.onSort(head().id)}
              >
                <span class="grid-text">{head().label}</span>
                <span class="grid-arrow" aria-hidden="true" />
              </button>
              <span
                class="grid-edge"
                aria-hidden="true"
                data-resizing={head().isResizing()}
                onMouseDown={(event) => head().resize(event)}
                onTouchStart={(event) => head().resize(event)}
                onDblClick={() => head().resetWidth()}
              />
            </th>
          )}
        </Keyed>
      </tr>
    </thead>
  )
}
