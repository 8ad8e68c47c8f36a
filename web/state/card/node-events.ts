import type { EventsDocument } from '../../../src/api/types.ts'
import { fetchNodeEvents } from '../../data/api.ts'
import { settings } from '../../settings.ts'
import { type Followed, follow } from '../follow.ts'

/** The events of the open node, kept up to date. */
export function createNodeEvents(nodeId: () => string | undefined): Followed<EventsDocument> {
  return follow(nodeId, {
    ask: (id, signal) => fetchNodeEvents(id, settings.card.eventsMost, signal),
    intervalMs: settings.data.nodeEventsPollMs,
    keyOf: (id) => id,
  })
}
