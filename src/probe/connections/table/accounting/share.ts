import { constants } from 'node:os'
import type { Connection } from '../matching/connection.ts'

/** What one connection adds to the totals of its tally. */
export interface Share {
  readonly open: number
  readonly opened: number
  readonly closed: number
  readonly failed: number
  readonly refused: number
  readonly timedOut: number
  readonly unreachable: number
  readonly outOfPorts: number
  readonly abandoned: number
  readonly resetByClient: number
  readonly resetByServer: number
  readonly lost: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly retransmits: number
  /** How long the connection was open; undefined before it closed, or when its opening or closing was not seen. */
  readonly durationUs?: number
  /** How long the handshake took; undefined when the client's `connect()` was not seen. */
  readonly connectUs?: number
}

/** The share of a connection that adds nothing. */
export const NO_SHARE: Share = {
  open: 0,
  opened: 0,
  closed: 0,
  failed: 0,
  refused: 0,
  timedOut: 0,
  unreachable: 0,
  outOfPorts: 0,
  abandoned: 0,
  resetByClient: 0,
  resetByServer: 0,
  lost: 0,
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
}

/** What a connection contributes to its tally now. */
export const shareOf = (connection: Connection): Share => {
  const { lead, client, sawOpening } = connection
  const sent = lead.counters.bytesSent - lead.base.bytesSent
  const received = lead.counters.bytesReceived - lead.base.bytesReceived
  const share: Share = {
    ...NO_SHARE,
    open: lead.closed ? 0 : 1,
    opened: sawOpening ? 1 : 0,
    closed: lead.closed ? 1 : 0,
    bytesSent: Math.max(0, client ? sent : received),
    bytesReceived: Math.max(0, client ? received : sent),
    retransmits: Math.max(0, lead.counters.retransmits - lead.base.retransmits),
  }
  const connectUs = client?.handshakeUs
  const told = connectUs === undefined ? share : { ...share, connectUs }
  return lead.brokenBy === undefined ? told : { ...told, ...endOf(connection, lead.brokenBy) }
}

/** Duration and kind of ending, for a connection whose close was seen. */
const endOf = ({ lead, client }: Connection, brokenBy: number): Partial<Share> => {
  const { openedMs, closedMs } = lead
  const seen = openedMs !== undefined && closedMs !== undefined
  return {
    ...(seen ? { durationUs: Math.max(0, closedMs - openedMs) * 1000 } : {}),
    ...(brokenBy === 0 ? {} : { [breakOf(brokenBy, client !== undefined)]: 1 }),
  }
}

/** @param isClient whether the end that reported the error is the client's */
const breakOf = (brokenBy: number, isClient: boolean): 'resetByClient' | 'resetByServer' | 'lost' => {
  const { ECONNABORTED, ECONNRESET } = constants.errno
  if (brokenBy === ECONNABORTED) return isClient ? 'resetByClient' : 'resetByServer'
  if (brokenBy === ECONNRESET) return isClient ? 'resetByServer' : 'resetByClient'
  return 'lost'
}
