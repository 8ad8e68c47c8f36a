import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { Column } from '../../../../src/api/types.ts'
import { type Line, nameColumn, pressed, type Sorting, sortLines } from '../../../domain/plot/table.ts'
import { count } from '../../../domain/words/format.ts'
import { Icon } from '../../icon/icon.tsx'
import { createHeldOrder } from '../../keyed/held-order.ts'
import { idOf, Keyed } from '../../keyed/keyed.tsx'
import { createFold } from '../facts/fold.tsx'
import './data-table.css'

/** Props of {@link DataTable}. */
export interface DataTableProps {
  /** Label of the whole table for screen readers. */
  readonly label: string
  /** Head of the column of labels. */
  readonly nameHead: string
  readonly columns: readonly Column[]
  /** The lines in the order that is used until the user sorts the table. */
  readonly lines: readonly Line[]
  /** Initial sorting; absent = the order of `lines`. */
  readonly sorting?: Sorting | undefined
  /** Number of lines in all, of which `lines` may be a part. */
  readonly total: number
  /** Number of lines shown while the table is folded. */
  readonly first: number
  readonly onOpen: (line: Line) => void
  /** Opens what the line leads to outside of its name; absent = the same as the name. */
  readonly onOpenRest?: (line: Line) => void
}

/**
 * A table that is sorted by pressing the head of a column. A line opens the node that it names. While the pointer is on
 * the table, the order of its lines is held although their numbers change.
 */
export function DataTable(props: DataTableProps): JSX.Element {
  const [chosen, setChosen] = createSignal<Sorting>()
  const sorting = () => chosen() ?? props.sorting
  const sorted = createMemo(() => {
    const by = sorting()
    return by ? sortLines(props.lines, by) : props.lines
  })
  const ordered = createHeldOrder(sorted)
  const fold = createFold(ordered.items, props.first)
  const press = (column: string) => setChosen(pressed(sorting(), column, props.lines))

  return (
    <>
      <table class="table" aria-label={props.label}>
        <thead>
          <tr>
            <Head
              label={props.nameHead}
              column={nameColumn}
              sorting={sorting()}
              onPress={() => press(nameColumn)}
            />
            <Keyed each={props.columns} by={idOf}>
              {(column) => (
                <Head
                  label={column().label}
                  column={column().id}
                  sorting={sorting()}
                  onPress={() => press(column().id)}
                />
              )}
            </Keyed>
            <Show when={props.onOpenRest}>
              <td class="table-end" />
            </Show>
          </tr>
        </thead>
        <tbody onPointerEnter={() => ordered.hold(true)} onPointerLeave={() => ordered.hold(false)}>
          <Keyed each={fold.shown()} by={idOf}>
            {(line) => (
              <tr
                class="row"
                data-testid="row"
                data-failing={line().trouble !== undefined}
                data-quiet={line().quiet === true}
              >
                <td class="row-name">
                  <button
                    type="button"
                    class="row-label"
                    title={line().hint}
                    onClick={() => props.onOpen(line())}
                  >
                    {line().label}
                  </button>
                  <Show when={line().minor}>
                    <span class="row-minor">{line().minor}</span>
                  </Show>
                  <Show when={line().trouble}>
                    <span class="row-trouble">{line().trouble}</span>
                  </Show>
                </td>
                <Keyed each={props.columns} by={idOf}>
                  {(column) => {
                    const cell = () => line().cells.get(column().id)
                    return <td title={cell()?.full}>{cell()?.text}</td>
                  }}
                </Keyed>
                <Show when={props.onOpenRest}>
                  {(openRest) => (
                    <td class="table-end">
                      <button
                        type="button"
                        class="row-edge"
                        data-testid="row-edge"
                        aria-label={`Connections with ${line().label}`}
                        title="Show the connections"
                        onClick={() => openRest()(line())}
                      >
                        <Icon name="right" />
                      </button>
                    </td>
                  )}
                </Show>
              </tr>
            )}
          </Keyed>
        </tbody>
      </table>
      <fold.Toggle />
      <Show when={props.total > props.lines.length}>
        <p class="table-note">
          {count(props.lines.length)} of {count(props.total)}: those that fail or carry most.
        </p>
      </Show>
    </>
  )
}

function Head(props: {
  readonly label: string
  readonly column: string
  readonly sorting: Sorting | undefined
  readonly onPress: () => void
}): JSX.Element {
  const direction = () => {
    if (props.sorting?.column !== props.column) return undefined
    return props.sorting.descending ? 'descending' : 'ascending'
  }
  return (
    <th scope="col" aria-sort={direction()}>
      <button type="button" class="table-sort" data-sort={props.column} onClick={() => props.onPress()}>
        {props.label}
        <span class="table-arrow" aria-hidden="true" />
      </button>
    </th>
  )
}
