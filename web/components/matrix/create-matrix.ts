import { type Accessor, createMemo, untrack } from 'solid-js'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { type Matrix, matrixOf } from '../../domain/matrix/cells.ts'
import { matrixOrder } from '../../domain/matrix/order.ts'
import { labelsOf } from '../../domain/matrix/pairs.ts'
import { fittingSize, type Space } from '../../domain/matrix/sizes.ts'
import type { At } from '../../domain/matrix/step.ts'
import { settings } from '../../settings.ts'

/** What {@link createMatrix} is made of. */
export interface MatrixSources {
  readonly content: Accessor<LiveContent>
  /** Whether nothing may move. */
  readonly isHeld: Accessor<boolean>
  /** Where somebody is pointing. */
  readonly pointed: Accessor<Partial<At> | undefined>
  /** The room for it. */
  readonly space: Accessor<Space>
}

/** The matrix of a view as it is shown. */
export interface ShownMatrix {
  readonly matrix: Accessor<Matrix>
  /** By node id, also of those that are gone and whose lines are held. */
  readonly labels: Accessor<ReadonlyMap<string, string>>
  /** The size of a cell with which all of it is in sight, if there is one. */
  readonly fitting: Accessor<number>
}

/** Makes the matrix of a view, and keeps rows, columns and size where they are while they are held. */
export function createMatrix(sources: MatrixSources): ShownMatrix {
  const order = createMemo<{ readonly view: string; readonly ids: readonly string[] }>(
    (before) => {
      const { view } = sources.content()
      const held = before.view === view ? before.ids : []
      return {
        view,
        ids: matrixOrder(sources.content().graph.nodes.keys(), sources.content().graph.edges.values(), held),
      }
    },
    { view: '', ids: [] },
  )
  const matrix = createMemo((before: Matrix | undefined) => {
    const held = sources.isHeld() && before ? { before, at: untrack(sources.pointed) } : undefined
    return matrixOf(
      sources.content().graph,
      order().ids,
      settings.matrix.steps,
      sources.content().presence.failedMs,
      held,
    )
  }, undefined)
  /** By node id, also of those that are gone and whose lines are held. */
  const labels = createMemo(
    (before: ReadonlyMap<string, string>) => labelsOf(matrix(), sources.content().graph.nodes, before),
    new Map<string, string>(),
  )
  const fitting = createMemo(
    (before: number | undefined) =>
      sources.isHeld() && before !== undefined
        ? before
        : fittingSize(matrix(), sources.space(), settings.matrix),
    undefined,
  )
  return { matrix, labels, fitting }
}
