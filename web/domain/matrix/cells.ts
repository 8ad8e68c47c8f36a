import { activity, isFailing, isQuiet } from '../edge/edge-look.ts'
import type { Graph, MapEdge } from '../graph/graph.ts'
import { withHeldLines } from './held.ts'
import type { At } from './step.ts'

/** The connections from one node to another, as a cell of a matrix. */
export interface MatrixCell {
  readonly id: string
  readonly edge: MapEdge
  /** Index of the client in the rows, and of the server in the columns. */
  readonly row: number
  readonly column: number
  /** How busy it is: 0 at rest, then the number of steps that it has reached. */
  readonly shade: number
  readonly failing: boolean
}

/** Who calls whom: a row for each node that calls, a column for each that is called. */
export interface Matrix {
  /** Ids of nodes. */
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly cells: readonly MatrixCell[]
}

/** A matrix whose rows and columns are to stay where they are. */
export interface HeldMatrix {
  readonly before: Matrix
  /** Where in it somebody is pointing. */
  readonly at?: Partial<At> | undefined
}

/**
 * The matrix of a graph.
 *
 * @param order all nodes, in the order of rows and columns
 * @param steps the activity at which each shade begins, ascending (see {@link activity})
 * @param failedMs by edge id, when connections failed last
 * @param held what was shown, if that is to stay where it is
 */
export function matrixOf(
  { edges }: Graph,
  order: readonly string[],
  steps: readonly number[],
  failedMs: ReadonlyMap<string, number>,
  held?: HeldMatrix,
): Matrix {
  const calls = new Set<string>()
  const called = new Set<string>()
  for (const { source, target } of edges.values()) {
    calls.add(source)
    called.add(target)
  }
  const linesOf = (kind: 'row' | 'column', ids: ReadonlySet<string>) => {
    const sorted = order.filter((id) => ids.has(id))
    const before = held?.before[`${kind}s`]
    return before ? withHeldLines(sorted, before, before[held?.at?.[kind] ?? -1]) : sorted
  }
  const [rows, columns] = [linesOf('row', calls), linesOf('column', called)]
  const rowOf = new Map(rows.map((id, at) => [id, at]))
  const columnOf = new Map(columns.map((id, at) => [id, at]))
  const cells = [...edges.values()].flatMap((edge): MatrixCell[] => {
    const [row, column] = [rowOf.get(edge.source), columnOf.get(edge.target)]
    if (row === undefined || column === undefined) return []
    const failing = isFailing(edge, failedMs.has(edge.id))
    return [{ id: edge.id, edge, row, column, shade: shadeOf(edge, steps), failing }]
  })
  return { rows, columns, cells }
}

function shadeOf(edge: MapEdge, steps: readonly number[]): number {
  if (isQuiet(edge) || edge.stale) return 0
  const now = activity(edge)
  return steps.filter((step) => now >= step).length
}
