import { edgeSummary } from '../edge/edge-summary.ts'
import type { MapEdge } from '../graph/graph.ts'
import type { Matrix, MatrixCell } from './cells.ts'
import type { At } from './step.ts'

/** Ids of the nodes of a cell, which stay the same when rows and columns move. */
export interface Pair {
  readonly client: string | undefined
  readonly server: string | undefined
}

/** The nodes of a cell. */
export function pairAt({ rows, columns }: Matrix, { row, column }: At): Pair {
  return { client: rows[row], server: columns[column] }
}

/** Whether two cells are of the same nodes. */
export function isSamePair(a: Pair | undefined, b: Pair | undefined): boolean {
  return a?.client === b?.client && a?.server === b?.server
}

/** Where the cell of two nodes is; undefined when either of them has no line. */
export function placeOf({ rows, columns }: Matrix, pair: Pair | undefined): At | undefined {
  const [row, column] = [rows.indexOf(pair?.client ?? ''), columns.indexOf(pair?.server ?? '')]
  return row < 0 || column < 0 ? undefined : { row, column }
}

/** The cell at a place, if there are connections. */
export function cellAt({ cells }: Matrix, at: At | undefined): MatrixCell | undefined {
  return at && cells.find(({ row, column }) => row === at.row && column === at.column)
}

/**
 * The edge that a press on a cell opens: the one that it has or had last, so that what was told opens, also when it goes just before the
 * press.
 *
 * @param before the edge of the cell that somebody was at last
 * @param now the edge that the cell has
 */
export function openedEdge(
  before: MapEdge | undefined,
  pair: Pair | undefined,
  now: MapEdge | undefined,
): MapEdge | undefined {
  if (now) return now
  return before?.source === pair?.client && before?.target === pair?.server ? before : undefined
}

/** Labels of the nodes of a matrix by id, also of those that are gone and whose lines are held. */
export function labelsOf(
  { rows, columns }: Matrix,
  nodes: ReadonlyMap<string, { readonly label: string }>,
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...rows, ...columns].map((id) => [id, nodes.get(id)?.label ?? before.get(id) ?? '']))
}

/** What a screen reader is told of a cell: `web to api, 3 open`. */
export function cellWords(client: string, server: string, edge: MapEdge | undefined): string {
  return edge
    ? [`${client} to ${server}`, ...edgeSummary(edge)].join(', ')
    : `${client} does not call ${server}`
}
