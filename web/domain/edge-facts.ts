import type { Edge } from '../../src/topology/types.ts'
import { bytes, bytesPerSecond, count, microseconds, perSecond, plural } from './format.ts'

/** A line of an edge's numbers. */
export interface EdgeFact {
  readonly label: string
  readonly value: string
  readonly tone?: 'fail'
}

/** What an edge's tooltip says, most telling first. */
export function edgeFacts(edge: Edge): readonly EdgeFact[] {
  const lines: EdgeFact[] = []
  if (edge.failed > 0) {
    const now = edge.failedPerSecond > 0 ? `, ${perSecond(edge.failedPerSecond)}` : ''
    lines.push({ label: 'Failed', value: `${plural(edge.failed, 'connection')}${now}`, tone: 'fail' })
  }
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
  if (edge.portsTotal > 0)
    lines.push({ label: edge.portsTotal === 1 ? 'Port' : 'Ports', value: portList(edge) })
  return lines
}

function portList(edge: Edge): string {
  const shown = edge.ports.slice(0, 6)
  const rest = edge.portsTotal - shown.length
  return `${shown.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`
}
