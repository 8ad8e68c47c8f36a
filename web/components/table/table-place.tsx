import { type JSX, lazy } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import type { TableViewProps } from './table-view.tsx'

const TableView = lazy(async () => ({
  default: (await loadPart(() => import('./table-view.tsx'))).TableView,
}))

/** Where the table is. Its code is loaded when it is first shown. */
export function TablePlace(props: TableViewProps): JSX.Element {
  return <TableView {...props} />
}
