import type { Connection } from '../matching/connection.ts'

/** What one connection adds to its tally. */
export interface Share {
  readonly open: number
  readonly opened: number
  readonly closed: number
  readonly failed: number
  readonly abandoned: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly retransmits: number
}

/** Adds nothing. */
export const NO_SHARE: Share = {
  open: 0,
  opened: 0,
  closed: 0,
  failed: 0,
  abandoned: 0,
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
}

/** What a connection amounts to now. */
export const shareOf = ({ lead, client, sawOpening }: Connection): Share => {
  const sent = lead.counters.bytesSent - lead.base.bytesSent
  const received = lead.counters.bytesReceived - lead.base.bytesReceived
  return {
    open: lead.closed ? 0 : 1,
    opened: sawOpening ? 1 : 0,
    closed: lead.closed ? 1 : 0,
    failed: 0,
    abandoned: 0,
    bytesSent: Math.max(0, client ? sent : received),
    bytesReceived: Math.max(0, client ? received : sent),
    retransmits: Math.max(0, lead.counters.retransmits - lead.base.retransmits),
  }
}
