import { hash } from 'node:crypto'
import { addTo, type Numbers, type Totals } from '../connections/numbers.ts'
import { isoDate } from '../nodes/metadata-rows.ts'
import type { Edge } from '../types.ts'

/** Connections from one node of a view to another, while they are being added up. */
export interface EdgeSum {
  readonly source: string
  readonly target: string
  readonly totals: Totals
  readonly ports: Set<number>
  /** The finished edge, once it was asked for; nothing may be added after that. */
  edge?: Edge
}

/** Edges by their two ends. */
export type EdgeSums = Map<string, EdgeSum>

const MAX_PORTS = 16

/** The key of an edge among sums. */
export const edgeKey = (source: string, target: string): string => `${source}\n${target}`

/** The id of the edge between two nodes of a view. */
export const edgeId = (source: string, target: string): string =>
  hash('sha1', edgeKey(source, target), 'base64url').slice(0, 16)

/** Adds connections from one node to another. */
export const addConnections = (
  sums: EdgeSums,
  source: string,
  target: string,
  numbers: Numbers,
  ports: Iterable<number>,
): void => {
  const key = edgeKey(source, target)
  const known = sums.get(key)
  if (known === undefined) {
    sums.set(key, { source, target, totals: { ...numbers }, ports: new Set(ports) })
    return
  }
  addTo(known.totals, numbers)
  for (const port of ports) known.ports.add(port)
}

/** The sum of sums that join the same two nodes. */
export const sumOf = (parts: readonly EdgeSum[]): EdgeSum => {
  const sums: EdgeSums = new Map()
  for (const { source, target, totals, ports } of parts) addConnections(sums, source, target, totals, ports)
  const [sum] = sums.values()
  if (sum === undefined) throw new Error('nothing to sum')
  return sum
}

/** Three digits are all that is ever shown, and a rate that trembles in the fourth is no news. */
const threeDigits = (perSecond: number): number => (perSecond === 0 ? 0 : Number(perSecond.toPrecision(3)))

/** The edge, as clients see it; made once. */
export const edgeOf = (sum: EdgeSum): Edge => {
  sum.edge ??= makeEdge(sum)
  return sum.edge
}

const makeEdge = ({ source, target, totals, ports }: EdgeSum): Edge => ({
  id: edgeId(source, target),
  source,
  target,
  open: totals.open,
  opened: totals.opened,
  closed: totals.closed,
  failed: totals.failed,
  abandoned: totals.abandoned,
  bytesSent: totals.bytesSent,
  bytesReceived: totals.bytesReceived,
  openedPerSecond: threeDigits(totals.openedPerSecond),
  failedPerSecond: threeDigits(totals.failedPerSecond),
  bytesSentPerSecond: threeDigits(totals.bytesSentPerSecond),
  bytesReceivedPerSecond: threeDigits(totals.bytesReceivedPerSecond),
  ...(totals.rttUs === undefined ? {} : { rttUs: totals.rttUs }),
  retransmits: totals.retransmits,
  ports: [...ports].sort((a, b) => a - b).slice(0, MAX_PORTS),
  portsTotal: ports.size,
  firstSeen: isoDate(totals.firstSeenMs) ?? '',
  lastSeen: isoDate(totals.lastSeenMs) ?? '',
  ...(totals.estimated ? { estimated: true } : {}),
})
