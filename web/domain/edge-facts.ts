import type { Edge } from '../../src/api/types.ts'
import { neverWorked } from '../../src/topology/failing.ts'
import { bytes, bytesPerSecond, count, microseconds, perSecond, plural } from './format.ts'
import { ago } from './time.ts'

/** A line of an edge's numbers. */
export interface EdgeFact {
  readonly label: string
  readonly value: string
  readonly tone?: 'fail'
}

/** A number of an edge that is told first, and how fast it moves. */
export interface EdgeFigure extends EdgeFact {
  readonly more: string
}

/** What an edge's tooltip says, most telling first. */
export function edgeFacts(edge: Edge): readonly EdgeFact[] {
  const lines: EdgeFact[] = []
  if (edge.failed > 0) lines.push(failures(edge))
  lines.push({ label: 'Open now', value: count(edge.open) })
  lines.push({ label: 'Opened', value: `${count(edge.opened)} (${perSecond(edge.openedPerSecond)})` })
  lines.push({
    label: 'Sent',
    value: `${bytes(edge.bytesSent)} (${bytesPerSecond(edge.bytesSentPerSecond)})`,
  })
  lines.push({
    label: 'Received',
    value: `${bytes(edge.bytesReceived)} (${bytesPerSecond(edge.bytesReceivedPerSecond)})`,
  })
  if (edge.rttUs !== undefined) lines.push({ label: 'Round trip', value: microseconds(edge.rttUs) })
  if (edge.retransmits > 0) lines.push({ label: 'Sent again', value: plural(edge.retransmits, 'segment') })
  if (edge.abandoned > 0) lines.push({ label: 'Abandoned', value: count(edge.abandoned) })
  if (edge.portsTotal > 0) lines.push(portsOf(edge, 6))
  return lines
}

/** The numbers an edge's card begins with. */
export function edgeFigures(edge: Edge): readonly EdgeFigure[] {
  if (neverWorked(edge)) {
    const failed = { label: 'Failed', value: count(edge.failed), tone: 'fail' } as const
    return [
      { ...failed, more: perSecond(edge.failedPerSecond) },
      { label: 'Open now', value: 'none', more: '' },
      { label: 'Opened', value: 'none', more: '' },
    ]
  }
  return [
    { label: 'Open now', value: count(edge.open), more: '' },
    { label: 'Opened', value: count(edge.opened), more: perSecond(edge.openedPerSecond) },
    { label: 'Sent', value: bytes(edge.bytesSent), more: bytesPerSecond(edge.bytesSentPerSecond) },
    {
      label: 'Received',
      value: bytes(edge.bytesReceived),
      more: bytesPerSecond(edge.bytesReceivedPerSecond),
    },
  ]
}

/** What an edge's card says beneath them; what was not measured is said to be so. */
export function edgeMoreFacts(edge: Edge, nowMs: number): readonly EdgeFact[] {
  const lines: EdgeFact[] = [
    edge.failed > 0 ? failures(edge) : { label: 'Failed', value: 'none' },
    { label: 'Abandoned', value: edge.abandoned > 0 ? plural(edge.abandoned, 'connection') : 'none' },
    { label: 'Round trip', value: edge.rttUs === undefined ? 'not measured' : microseconds(edge.rttUs) },
    { label: 'Sent again', value: edge.retransmits > 0 ? plural(edge.retransmits, 'segment') : 'nothing' },
  ]
  if (edge.portsTotal > 0) lines.push(portsOf(edge, edge.ports.length))
  lines.push({ label: 'First seen', value: ago(Date.parse(edge.firstSeen), nowMs) })
  lines.push({ label: 'Last seen', value: ago(Date.parse(edge.lastSeen), nowMs) })
  return lines
}

function failures(edge: Edge): EdgeFact {
  const now = edge.failedPerSecond > 0 ? `, ${perSecond(edge.failedPerSecond)}` : ''
  return { label: 'Failed', value: `${plural(edge.failed, 'connection')}${now}`, tone: 'fail' }
}

function portsOf({ ports, portsTotal }: Edge, most: number): EdgeFact {
  const shown = ports.slice(0, most)
  const rest = portsTotal - shown.length
  return {
    label: portsTotal === 1 ? 'Port' : 'Ports',
    value: `${shown.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`,
  }
}
