import {
  columnResizingFeature,
  columnSizingFeature,
  createSortedRowModel,
  createTable,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/solid-table'
import { type Accessor, createMemo, createSignal } from 'solid-js'
import { nameColumn, type Sorting } from '../../domain/plot/table.ts'
import type { TableColumn, TableNode } from '../../domain/table/column.ts'
import { compareValues, type HeldRow, withHeldRow } from '../../domain/table/order.ts'
import { settings } from '../../settings.ts'

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnSizingFeature,
  columnResizingFeature,
})

/** What {@link createRows} sorts. */
export interface RowSources {
  /** The nodes by name. Rows without a value come last in either direction, and of equal rows the name decides. */
  readonly nodes: Accessor<readonly TableNode[]>
  /** The columns that are shown, besides the name. */
  readonly columns: Accessor<readonly TableColumn[]>
  readonly sorting: Accessor<Sorting>
}

/** A column's head: its label, its width, and how to drag its edge. */
export interface Head {
  readonly id: string
  readonly label: string
  readonly numeric: boolean
  /** In CSS pixels. */
  readonly width: () => number
  /** Begins to change the width, on a press on the column's edge. */
  readonly resize: (event: unknown) => void
  readonly isResizing: () => boolean
  /** Makes it wider by steps, or narrower. */
  readonly widen: (steps: number) => void
  /** Back to the width at first. */
  readonly resetWidth: () => void
}

/** The rows of the table in their order, and the heads of its columns. */
export interface Rows {
  readonly rows: Accessor<readonly TableNode[]>
  readonly heads: Accessor<readonly Head[]>
  /** The row under the pointer stays where it is; undefined when there is none. */
  hold(row: HeldRow<TableNode> | undefined): void
}

/** Sorts the rows of the table, and keeps the widths of its columns. */
export function createRows({ nodes, columns, sorting }: RowSources): Rows {
  const [held, hold] = createSignal<HeldRow<TableNode>>()
  const widths = settings.table.width
  const definitions = createMemo(() => [
    {
      ...{ id: nameColumn, accessorFn: ({ node }: TableNode) => node.label, ...sortedBy },
      ...{ size: widths.name, minSize: widths.min },
    },
    ...columns().map((column) => ({
      id: column.id,
      // How long ago something was is ordered by when it was, so the time is of no account here.
      accessorFn: (row: TableNode) => column.valueOf(row, 0)?.order,
      ...sortedBy,
      size: column.numeric ? widths.number : widths.text,
      minSize: widths.min,
    })),
  ])
  const table = createTable({
    features,
    get data() {
      return nodes()
    },
    get columns() {
      return definitions()
    },
    getRowId: ({ id }: TableNode) => id,
    columnResizeMode: 'onChange',
    get state() {
      const { column, descending } = sorting()
      return { sorting: [{ id: column, desc: descending }] }
    },
  })
  const sorted = createMemo(() => table.getRowModel().rows.map(({ original }) => original))
  const labels = createMemo(() => new Map(columns().map((column) => [column.id, column])))
  const heads = createMemo(() =>
    (table.getHeaderGroups()[0]?.headers ?? []).map((header): Head => {
      const { column } = header
      return {
        id: column.id,
        label: labels().get(column.id)?.label ?? 'Name',
        numeric: labels().get(column.id)?.numeric ?? false,
        width: () => column.getSize(),
        resize: header.getResizeHandler(),
        isResizing: () => column.getIsResizing(),
        widen: (steps) =>
          table.setColumnSizing((held) => ({
            ...held,
            [column.id]: Math.max(widths.min, column.getSize() + steps * widths.step),
          })),
        resetWidth: () => column.resetSize(),
      }
    }),
  )
  return { rows: createMemo(() => withHeldRow(sorted(), held())), heads, hold }
}

const sortedBy = {
  sortUndefined: 'last' as const,
  sortFn: (a: { getValue(id: string): unknown }, b: { getValue(id: string): unknown }, id: string): number =>
    compareValues(a.getValue(id) as number | string, b.getValue(id) as number | string),
}
