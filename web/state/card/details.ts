import type { NodeDetails } from '../../../src/api/types.ts'
import { fetchDetails } from '../../data/api.ts'
import type { SparkSpan } from '../../domain/plot/sparkline.ts'
import { settings } from '../../settings.ts'
import { type Followed, follow } from '../follow.ts'

/** The node that a card shows, and how its details are requested. */
export interface CardTarget {
  readonly view: string
  readonly nodeId: string
  /** Options as a query string, or empty. */
  readonly query: string
  /** How far back samples are asked for. */
  readonly span: SparkSpan
  /** Whether the map has the node. One that it does not have and the app does not know is not asked for until the map has it. */
  readonly onMap: boolean
}

/** The details of the open node, kept up to date. */
export function createDetails(target: () => CardTarget | undefined): Followed<NodeDetails> {
  return follow(target, {
    ask: ({ view, nodeId, query, span }, signal) => fetchDetails(view, nodeId, query, span, signal),
    intervalMs: settings.data.detailsPollMs,
    keyOf: ({ nodeId }) => nodeId,
    endsWhenGone: ({ onMap }) => !onMap,
  })
}
