import type { Edge } from '../../api/types.ts'
import { isoDate } from '../nodes/rows/metadata-rows.ts'

/** An edge without its times: what queries read of it. */
export type UndatedEdge = Omit<Edge, 'firstSeen' | 'lastSeen'>

/**
 * An edge of a view, with its times as ms since 1970. They move whenever anything does, and to write one as a date takes as long as
 * to make all else of an edge: so that is done for those only who are told dates ({@link datedEdge}).
 */
export interface ViewEdge extends UndatedEdge {
  readonly firstSeenMs: number
  readonly lastSeenMs: number
}

/** The edge as the API returns it. A time outside of the range of `Date` is an empty text. */
export const datedEdge = (edge: ViewEdge): Edge => {
  // To copy all but two fields would take V8 several times as long as to copy all and then clear two.
  const dated: Edge & { firstSeenMs?: number | undefined; lastSeenMs?: number | undefined } = {
    ...edge,
    firstSeen: isoDate(edge.firstSeenMs) ?? '',
    lastSeen: isoDate(edge.lastSeenMs) ?? '',
    firstSeenMs: undefined,
    lastSeenMs: undefined,
  }
  return dated
}
