import type { Edge } from '../../api/types.ts'
import { isoDate } from '../nodes/rows/metadata-rows.ts'

/** The same, with optional fields that may be told to be absent. */
type Told<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }

/** An edge without its times: what queries read of it. */
export type UndatedEdge = Told<Omit<Edge, 'firstSeen' | 'lastSeen'>>

/**
 * An edge of a view, with its times as ms since 1970. They move whenever anything does, and to write one as a date takes as long as
 * to make all else of an edge: so that is done for those only who are told dates ({@link datedEdge}). Its fields may be its class's:
 * it cannot be copied by spreading it.
 */
export interface ViewEdge extends UndatedEdge {
  readonly firstSeenMs: number
  readonly lastSeenMs: number
}

/** The edge as the API returns it. A time outside of the range of `Date` is an empty text. */
export const datedEdge = (edge: ViewEdge): Edge => {
  const dated: Told<Edge> = {
    id: edge.id,
    source: edge.source,
    target: edge.target,
    open: edge.open,
    opened: edge.opened,
    closed: edge.closed,
    failed: edge.failed,
    abandoned: edge.abandoned,
    reset: edge.reset,
    lost: edge.lost,
    bytesSent: edge.bytesSent,
    bytesReceived: edge.bytesReceived,
    openedPerSecond: edge.openedPerSecond,
    failedPerSecond: edge.failedPerSecond,
    bytesSentPerSecond: edge.bytesSentPerSecond,
    bytesReceivedPerSecond: edge.bytesReceivedPerSecond,
    retransmits: edge.retransmits,
    ports: edge.ports,
    portsTotal: edge.portsTotal,
    failedBy: edge.failedBy,
    resetBy: edge.resetBy,
    duration: edge.duration,
    connectTime: edge.connectTime,
    rttUs: edge.rttUs,
    smoothedRttUs: edge.smoothedRttUs,
    quietSeconds: edge.quietSeconds,
    estimated: edge.estimated,
    told: edge.told,
    firstSeen: isoDate(edge.firstSeenMs) ?? '',
    lastSeen: isoDate(edge.lastSeenMs) ?? '',
  }
  return dated as Edge
}
