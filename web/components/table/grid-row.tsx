import { createMemo, type JSX, Show } from 'solid-js'
import { badgeWords } from '../../domain/node/badge-words.ts'
import { markOf } from '../../domain/node/mark-of.ts'
import { colourOf } from '../../domain/node/node-look.ts'
import type { TableColumn, TableNode } from '../../domain/table/column.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import { NodeMark } from '../node-mark/node-mark.tsx'

/** Props of {@link GridRow}. */
export interface GridRowProps {
  /** Id of the element. */
  readonly element: string
  readonly row: TableNode
  /** Its place among all rows, from 0. */
  readonly index: number
  /** Its upper edge in CSS pixels, below the heads. */
  readonly top: number
  readonly columns: readonly TableColumn[]
  /** The time that "12 s ago" refers to. */
  readonly nowMs: number
  readonly isMarked: boolean
  /** Its card is open. */
  readonly isSelected: boolean
  /** The keyboard is at it. */
  readonly isActive: boolean
  /** What the row says when its node is not shown any more and it is there only because the pointer is on it; else undefined. */
  readonly away: string | undefined
}

/** A row of the table. What presses on it do is up to the grid. */
export function GridRow(props: GridRowProps): JSX.Element {
  const node = () => props.row.node
  const isGroup = () => node().group?.id === node().id
  return (
    <tr
      class="grid-line grid-row"
      id={props.element}
      aria-rowindex={props.index + 2}
      aria-selected={props.isMarked}
      aria-current={props.isSelected ? 'true' : undefined}
      data-testid="grid-row"
      data-row={props.row.id}
      data-label={node().label}
      data-active={props.isActive}
      data-gone={props.away !== undefined}
      data-pseudo={node().pseudo === true}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      <th class="grid-cell" scope="row" data-name="true">
        <span class="grid-mark" data-testid="row-mark" aria-hidden="true">
          <span class="grid-box" data-marked={props.isMarked} />
        </span>
        <span
          class="grid-shape"
          data-shape={node().shape}
          data-colour={colourOf(node())}
          aria-hidden="true"
        />
        <span class="grid-name" title={[node().label, node().labelMinor].filter(Boolean).join('\n')}>
          <NodeMark mark={markOf(node())} />
          {node().label}
          <Show when={isGroup()}>
            <span class="grid-minor"> group</span>
          </Show>
        </span>
        <Show when={props.away ?? badgeWords(node())}>
          {(words) => (
            <span class="grid-state" title={words()}>
              {words()}
            </span>
          )}
        </Show>
      </th>
      <Keyed each={props.columns} by={idOf}>
        {(column) => {
          const value = createMemo(() => column().valueOf(props.row, props.nowMs))
          return (
            <td
              class="grid-cell"
              title={value()?.items?.join('\n') ?? value()?.full}
              data-column={column().id}
              data-numeric={column().numeric}
              data-mono={value()?.mono}
              data-trouble={value()?.trouble}
            >
              <span class="grid-text">{value()?.text}</span>
            </td>
          )
        }}
      </Keyed>
    </tr>
  )
}
