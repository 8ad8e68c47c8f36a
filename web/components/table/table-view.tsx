import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import type { Shown } from '../../domain/address/shown.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import type { Focus } from '../../domain/node/neighbours.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { TableColumn } from '../../domain/table/column.ts'
import { columnsOf, sameColumns, shownColumns, toggleColumn } from '../../domain/table/columns.ts'
import { type CellForm, type Sheet as PrintedSheet, sheetOf, toJson } from '../../domain/table/export.ts'
import { markedCommand } from '../../domain/table/marked-command.ts'
import {
  markAllOrNone,
  markBetween,
  markedWords,
  noMarks,
  presentMarks,
  toggleMark,
} from '../../domain/table/marks.ts'
import {
  heldRowWords,
  matchingRows,
  noRowsWords,
  pressOnRow,
  rowsToSave,
  tableNodes,
} from '../../domain/table/rows.ts'
import { pressedHead, tableSorting } from '../../domain/table/sorting.ts'
import type { LeftOut } from '../../domain/views.ts'
import { plural } from '../../domain/words/format.ts'
import { isTyping } from '../../state/page/typing.ts'
import { rememberColumns, rememberedColumns } from '../../state/view/column-choice.ts'
import { Icon } from '../icon/icon.tsx'
import { Sheet } from '../sheet/sheet.tsx'
import { ColumnChoice } from './column-choice.tsx'
import { createRows } from './create-rows.ts'
import { ExportButtons } from './export-buttons.tsx'
import { Grid } from './grid.tsx'
import './table.css'

/** Props of {@link TableView}. */
export interface TableViewProps {
  readonly content: LiveContent
  /** Differs when something else is asked for: another view, filter, option or focus. */
  readonly asked: string
  /** The node of an id that the view has, also one that is not shown; undefined when the view has none. */
  readonly nodeOf: (id: string) => unknown
  /** Kinds of nodes that the options of the view hide. */
  readonly leftOut: readonly LeftOut[]
  readonly shown: Extract<Shown, { readonly kind: 'table' }>
  /** Id of the node whose card is open. */
  readonly selected: string | undefined
  readonly beside: boolean
  /** What matches the text that is being typed: the rows are these only; undefined = nothing is typed. */
  readonly matches: Pick<Focus, 'nodes'> | undefined
  /** That text, or empty. */
  readonly typed: string
  /** Filter and options of the view. */
  readonly options: JSX.Element
  readonly viewName: (id: string) => string | undefined
  /** Another sorting or other columns; with `replace` without a step back in the browser's history. */
  readonly onShown: (shown: Shown, replace: boolean) => void
  readonly onSelect: (id: string) => void
  readonly onOpenGroup: (id: string) => void
  /** The menu of a node is asked for, at a place of the window. */
  readonly onMenu: (id: string, at: Point) => void
  /** Acts on the nodes with these ids. */
  readonly onAct: (ids: readonly string[]) => void
  /** Told what of the table is printed. */
  readonly onSheet: (sheet: () => PrintedSheet) => void
}

interface ViewColumns {
  readonly view: string
  readonly columns: readonly TableColumn[]
}

/** The nodes of the view as a table, live: sorted by a column, with the columns chosen, and rows marked to act on. */
export function TableView(props: TableViewProps): JSX.Element {
  const [marks, setMarks] = createSignal(noMarks)
  const [markedLast, setMarkedLast] = createSignal<string>()
  const graph = () => props.content.graph
  const everyNode = createMemo(() => tableNodes(graph()))
  const nodes = createMemo(() => matchingRows(everyNode(), props.matches))
  const all = createMemo<ViewColumns>(
    (before) => {
      const { view } = props.content
      const held = before.view === view ? before.columns : []
      const columns = columnsOf(graph().nodes.values(), props.viewName, held)
      return sameColumns(held, columns) && before.view === view ? before : { view, columns }
    },
    { view: '', columns: [] },
  )
  const chosen = () => props.shown.columns ?? rememberedColumns(props.content.view)
  const columns = createMemo(() => shownColumns(all().columns, chosen()), undefined, { equals: sameColumns })
  const sorting = () => tableSorting(props.shown.sorting, columns())
  const rows = createRows({ nodes, columns, sorting })
  const away = (id: string) =>
    graph().nodes.has(id)
      ? undefined
      : heldRowWords(props.nodeOf(id) !== undefined, props.content.query !== undefined, props.leftOut)
  /** Without a row that is held under the pointer, although its node is not shown any more. */
  const present = createMemo(() => rows.rows().filter(({ id }) => graph().nodes.has(id)))
  const order = () => present().map(({ id }) => id)
  /** What is typed leaves out some of the marked rows: nothing is done with these. */
  const markedHere = createMemo(() => present().filter(({ id }) => marks().has(id)))
  const toSave = () => rowsToSave(present(), marks())
  // The row under the pointer is held against numbers that change, not among other rows: neither when these are asked for nor when they come.
  const asked = createMemo(() =>
    JSON.stringify([props.asked, props.content.view, props.content.asked, props.typed.trim()]),
  )
  createEffect(on(asked, () => rows.hold(undefined), { defer: true }))

  createEffect(() => {
    const { nodes: present } = graph()
    setMarks((held) => presentMarks(held, (id) => present.has(id)))
  })

  const sortBy = (column: string) =>
    props.onShown({ ...props.shown, sorting: pressedHead(sorting(), column, all().columns) }, false)
  const choose = (columns: readonly string[] | undefined) => {
    rememberColumns(props.content.view, columns)
    props.onShown({ ...props.shown, columns }, true)
  }
  const mark = (id: string, how: 'one' | 'range') => {
    if (away(id) !== undefined) return
    const from = markedLast()
    setMarks((held) =>
      how === 'range' && from !== undefined ? markBetween(held, order(), from, id) : toggleMark(held, id),
    )
    setMarkedLast(id)
  }
  const enter = (id: string) => {
    if (away(id) !== undefined) return
    if (pressOnRow(graph(), id, props.selected) === 'open-group') props.onOpenGroup(id)
    else props.onSelect(id)
  }
  const act = () => {
    const ids = markedHere().map(({ id }) => id)
    if (ids.length > 0) props.onAct(ids)
  }
  const onKey = (event: KeyboardEvent) => {
    const elsewhere =
      event.target instanceof Element && event.target.closest('dialog, [role=menu], .column-choice') !== null
    const command = markedCommand(
      event,
      { typing: isTyping(event), elsewhere },
      marks().size,
      markedHere().length,
    )
    if (command === undefined) return
    if (command === 'unmark') setMarks(noMarks)
    else act()
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  document.addEventListener('keydown', onKey, true)
  onCleanup(() => document.removeEventListener('keydown', onKey, true))

  const sheet = (as: CellForm) => sheetOf(toSave(), columns(), Date.now(), as)
  onMount(() => props.onSheet(() => sheet('text')))

  return (
    <Sheet
      testId="table"
      beside={props.beside}
      options={props.options}
      bar={
        <div class="sheet-tools" role="toolbar" aria-label="Table">
          <Show when={marks().size > 0}>
            <span class="table-marked" data-testid="marked" role="status">
              {markedWords(marks().size, markedHere().length)}
            </span>
            <Show when={markedHere().length > 0}>
              <button
                type="button"
                class="sheet-tool table-act"
                data-testid="table-act"
                title="Act on them  A"
                onClick={act}
              >
                <Icon name="action" />
                Act on {plural(markedHere().length, 'node')} …
              </button>
            </Show>
            <button
              type="button"
              class="sheet-tool"
              title="Unmark them  Esc"
              onClick={() => setMarks(noMarks)}
            >
              Clear
            </button>
          </Show>
          <ColumnChoice
            all={all().columns}
            shown={columns()}
            heads={rows.heads()}
            isOwn={chosen() !== undefined}
            onToggle={(id) => choose(toggleColumn(all().columns, chosen(), id))}
            onReset={() => choose(undefined)}
          />
          <ExportButtons
            name={props.content.view}
            sheet={() => sheet('full')}
            json={() => toJson(toSave(), columns(), Date.now())}
            rows={toSave().length}
          />
        </div>
      }
    >
      <Grid
        rows={rows}
        columns={columns()}
        sorting={sorting()}
        marks={marks()}
        isAllMarked={present().length > 0 && markedHere().length === present().length}
        selected={props.selected}
        asked={asked()}
        empty={noRowsWords(props.matches && props.typed)}
        away={away}
        onSort={sortBy}
        onMark={mark}
        onMarkAll={() => setMarks((held) => markAllOrNone(held, order()))}
        onOpen={enter}
        onOpenGroup={props.onOpenGroup}
        onMenu={props.onMenu}
      />
    </Sheet>
  )
}
