import type { ConnectionsDocument } from '../../../src/api/types.ts'
import { fetchConnections } from '../../data/api.ts'
import { settings } from '../../settings.ts'
import { type Followed, follow } from '../follow.ts'

/** The edge whose single connections are listed. */
export interface EdgeTarget {
  readonly view: string
  readonly edgeId: string
  /** Options as a query string, or empty. */
  readonly query: string
}

/** The single connections of the open edge. While it is open, the app asks the probes for them at each interval. */
export function createEdgeConnections(target: () => EdgeTarget | undefined): Followed<ConnectionsDocument> {
  return follow(target, {
    ask: ({ view, edgeId, query }, signal) => fetchConnections(view, edgeId, query, signal),
    intervalMs: settings.data.connectionsPollMs,
    keyOf: ({ view, edgeId }) => `${view} ${edgeId}`,
  })
}
