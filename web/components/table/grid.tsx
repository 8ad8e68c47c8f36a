import { createVirtualizer, defaultRangeExtractor } from '@tanstack/solid-virtual'
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { commandFor, gridKeys } from '../../domain/keys/keys.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { nameColumn, type Sorting } from '../../domain/plot/table.ts'
import type { TableColumn } from '../../domain/table/column.ts'
import type { Marks } from '../../domain/table/marks.ts'
import { enteredRow, rowStep } from '../../domain/table/step.ts'
import { settings } from '../../settings.ts'
import { takeAwaitedFocus } from '../../state/page/give-focus.ts'
import { Keyed } from '../keyed/keyed.tsx'
import type { Rows } from './create-rows.ts'
import { GridHead } from './grid-head.tsx'
import { GridRow } from './grid-row.tsx'

/** Props of {@link Grid}. */
export interface GridProps {
  readonly rows: Rows
  /** The columns besides the name. */
  readonly columns: readonly TableColumn[]
  readonly sorting: Sorting
  readonly marks: Marks
  /** Whether all rows are marked whose nodes are shown. */
  readonly isAllMarked: boolean
  /** Id of the node whose card is open. */
  readonly selected: string | undefined
  /** Differs when other rows are asked for: another view, filter, option or focus, or something else is typed. */
  readonly asked: string
  /** What is said where there are no rows. */
  readonly empty: string
  /** What the row of a node says that is held under the pointer although the node is not shown any more; undefined while it is. */
  readonly away: (id: string) => string | undefined
  readonly onSort: (column: string) => void
  readonly onMark: (id: string, how: 'one' | 'range') => void
  readonly onMarkAll: () => void
  readonly onOpen: (id: string) => void
  readonly onOpenGroup: (id: string) => void
  readonly onMenu: (id: string, at: Point) => void
}

/** Id of the element of a row. */
const rowElement = (id: string): string => `row ${id}`.replace(/[^\w-]/g, (sign) => `_${sign.codePointAt(0)}`)

/**
 * The grid of the table. Only the rows in view are in the document. It is one stop of the Tab key: the arrow keys, Page up and
 * down, Home and End go from row to row, Enter opens one, Space marks it.
 */
export function Grid(props: GridProps): JSX.Element {
  const [active, setActive] = createSignal<string>()
  const [nowMs, setNowMs] = createSignal(Date.now())
  const timer = window.setInterval(() => setNowMs(Date.now()), settings.table.agoMs)
  onCleanup(() => window.clearInterval(timer))
  const narrow = matchMedia('(max-width: 760px)')
  const [isNarrow, setNarrow] = createSignal(narrow.matches)
  const followWidth = () => setNarrow(narrow.matches)
  narrow.addEventListener('change', followWidth)
  onCleanup(() => narrow.removeEventListener('change', followWidth))
  const rowHeight = () => (isNarrow() ? settings.table.rowHeightTouch : settings.table.rowHeight)
  let scroller!: HTMLDivElement
  let grid!: HTMLTableElement
  const [headHeight, setHeadHeight] = createSignal<number>(settings.table.rowHeight)

  const list = () => props.rows.rows()
  const places = createMemo(() => new Map(list().map(({ id }, at) => [id, at])))
  const activeAt = () => places().get(active() ?? '') ?? -1
  /** Where the row that the keyboard is at is or, when it is there no longer, was; -1 before any. */
  const lastAt = createMemo<number>((before) => {
    const id = active()
    return id === undefined ? -1 : (places().get(id) ?? before)
  }, -1)
  // Where it was among other rows says nothing of these.
  createEffect(
    on(
      () => props.asked,
      () => activeAt() < 0 && setActive(undefined),
      { defer: true },
    ),
  )
  const virtual = createVirtualizer<HTMLDivElement, HTMLTableRowElement>({
    get count() {
      return list().length
    },
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight(),
    // The rows begin below the head, which stays at the upper edge.
    get scrollPaddingEnd() {
      return headHeight()
    },
    overscan: settings.table.rowsBeyond,
    // The row that the keyboard is at stays in the document, since the grid refers to it.
    rangeExtractor(range) {
      const shown = defaultRangeExtractor(range)
      const at = activeAt()
      return at < 0 || shown.includes(at) ? shown : [...shown, at].sort((a, b) => a - b)
    },
  })
  createEffect(on(rowHeight, () => virtual.measure(), { defer: true }))
  onMount(() => {
    takeAwaitedFocus(grid)
    const head = grid.tHead
    if (head === null) return
    const observer = new ResizeObserver(() => setHeadHeight(head.offsetHeight))
    observer.observe(head)
    onCleanup(() => observer.disconnect())
  })
  const drawn = createMemo(() =>
    virtual.getVirtualItems().flatMap(({ index, start }) => {
      const row = list()[index]
      return row ? [{ row, index, start }] : []
    }),
  )
  // The card of a node may be opened from elsewhere, or before there are rows; then its row comes into view, once.
  const opened = createMemo<string | undefined>((before) => {
    const { selected } = props
    return selected === undefined || selected === before || places().has(selected) ? selected : undefined
  })
  createEffect(
    on(opened, (id) => {
      const at = id === undefined ? undefined : places().get(id)
      if (at !== undefined) virtual.scrollToIndex(at, { align: 'auto' })
    }),
  )
  const widths = () =>
    props.rows
      .heads()
      .map(
        (head) =>
          `${head.id === nameColumn && isNarrow() ? settings.table.width.nameNarrow : head.width()}px`,
      )
      .join(' ')

  const idAt = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]')?.dataset.row : undefined
  const hold = (event: PointerEvent) => {
    const id = idAt(event)
    const at = id === undefined ? undefined : places().get(id)
    const row = at === undefined ? undefined : list()[at]
    props.rows.hold(row && at !== undefined && event.pointerType === 'mouse' ? { row, at } : undefined)
  }
  const press = (event: MouseEvent) => {
    const id = idAt(event)
    if (id === undefined || props.away(id) !== undefined || isTextSelected()) return
    setActive(id)
    const isMark = event.target instanceof Element && event.target.closest('.grid-mark') !== null
    if (event.shiftKey) props.onMark(id, 'range')
    else if (isMark || event.ctrlKey || event.metaKey) props.onMark(id, 'one')
    else props.onOpen(id)
  }
  const menu = (id: string, at: Point | undefined) => {
    const box = document.getElementById(rowElement(id))?.getBoundingClientRect()
    props.onMenu(id, at ?? { x: (box?.left ?? 0) + 40, y: box?.bottom ?? 0 })
  }
  const go = (at: number, isMarking: boolean) => {
    const before = active()
    const id = list()[at]?.id
    if (id === undefined) return
    if (isMarking) {
      // A row that is left out now is not marked from afar.
      const isShown = before !== undefined && places().has(before) && props.away(before) === undefined
      if (isShown && !props.marks.has(before)) props.onMark(before, 'one')
      if (isShown) props.onMark(id, 'range')
      else if (!props.marks.has(id)) props.onMark(id, 'one')
    }
    setActive(id)
    virtual.scrollToIndex(at, { align: 'auto' })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== grid) return
    const command = commandFor(gridKeys, event)
    if (command === undefined) return
    const id = active()
    if (command === 'go' || command === 'markOnTheWay') {
      const page = Math.floor((scroller.clientHeight - headHeight()) / rowHeight())
      const next = rowStep(event.key, lastAt(), list().length, page, activeAt() < 0)
      if (next === undefined) return
      go(next, command === 'markOnTheWay')
    } else if (command === 'markAll') props.onMarkAll()
    else if (id === undefined || activeAt() < 0) return
    else if (command === 'open') props.onOpen(id)
    else if (command === 'mark') props.onMark(id, 'one')
    else if (command === 'menu') menu(id, undefined)
    else {
      const side = event.key === 'ArrowLeft' ? -1 : 1
      scroller.scrollBy({ left: side * settings.table.width.number })
    }
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div
      class="grid-scroll"
      style={{ '--grid-columns': widths(), '--grid-row': `${rowHeight()}px` }}
      ref={(element) => {
        scroller = element
      }}
    >
      <table
        class="grid"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA's pattern of a grid is a table with this role
        role="grid"
        tabIndex={0}
        aria-label="Nodes. Up and down go from row to row, Enter opens one, Space marks it, M opens its menu, A acts on the marked ones."
        aria-multiselectable="true"
        aria-rowcount={list().length + 1}
        aria-colcount={props.columns.length + 1}
        aria-activedescendant={activeAt() < 0 ? undefined : rowElement(active() ?? '')}
        data-testid="grid"
        data-takes-focus
        ref={(element) => {
          grid = element
        }}
        onFocus={() => {
          if (activeAt() < 0) setActive(enteredRow(list(), props.selected, lastAt()))
        }}
        on:keydown={onKey}
      >
        <GridHead
          heads={props.rows.heads()}
          sorting={props.sorting}
          isAll={props.isAllMarked}
          onSort={props.onSort}
          onMarkAll={props.onMarkAll}
        />
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys */}
        <tbody
          class="grid-rows"
          style={{ height: `${virtual.getTotalSize()}px` }}
          onPointerOver={hold}
          onPointerMove={hold}
          onPointerLeave={() => props.rows.hold(undefined)}
          onClick={press}
          onDblClick={(event) => {
            const id = idAt(event)
            if (id === undefined) return
            // What is opened is not to stay, although the pointer is on it.
            props.rows.hold(undefined)
            props.onOpenGroup(id)
          }}
          onContextMenu={(event) => {
            const id = idAt(event)
            if (id === undefined) return
            event.preventDefault()
            setActive(id)
            menu(id, { x: event.clientX, y: event.clientY })
          }}
        >
          <Keyed each={drawn()} by={({ row }) => row.id}>
            {(item) => (
              <GridRow
                element={rowElement(item().row.id)}
                row={item().row}
                index={item().index}
                top={item().start}
                columns={props.columns}
                nowMs={nowMs()}
                isMarked={props.marks.has(item().row.id)}
                isSelected={props.selected === item().row.id}
                isActive={active() === item().row.id}
                away={props.away(item().row.id)}
              />
            )}
          </Keyed>
        </tbody>
      </table>
      <Show when={list().length === 0}>
        <p class="sheet-empty">{props.empty}</p>
      </Show>
    </div>
  )
}

/** Whether a press has selected text, so that it is to be copied rather than a row to be opened. */
function isTextSelected(): boolean {
  return window.getSelection()?.isCollapsed === false
}
