import type { Edge, Times } from '../../../src/api/types.ts'
import { neverWorked } from '../../../src/topology/failing.ts'
import { bytes, bytesPerSecond, count, microseconds, perSecond, plural } from '../words/format.ts'
import { ago, quietWords, sinceTime } from '../words/time.ts'
import { toldWords } from './edge-summary.ts'
import { reasonMeanings, reasonWords } from './failure-words.ts'

export { edgeSummary } from './edge-summary.ts'

/** A labelled number of an edge. */
export interface EdgeFact {
  readonly label: string
  readonly value: string
  /** What it means, for a tooltip. */
  readonly hint?: string
  readonly tone?: 'fail'
}

/** A large number at the top of an edge's card. `more` is its rate or another remark; may be empty. */
export interface EdgeFigure extends EdgeFact {
  readonly more: string
}

/**
 * The lines of an edge's tooltip, most important first.
 *
 * @param nowMs the present, to tell how long ago it began
 * @param failingSince since when connections fail, ISO 8601; undefined when they do not, or when that is not known yet
 */
export function edgeFacts(edge: Edge, nowMs: number, failingSince?: string): readonly EdgeFact[] {
  if (edge.told) return [toldFact(edge)]
  const lines: EdgeFact[] = []
  if (edge.failed > 0) lines.push(failures(edge))
  lines.push(...failingFact(failingSince, nowMs))
  lines.push({ label: 'Open now', value: openWords(edge) })
  lines.push({ label: 'Opened', value: `${count(edge.opened)} (${perSecond(edge.openedPerSecond)})` })
  lines.push({
    label: 'Sent',
    value: `${bytes(edge.bytesSent)} (${bytesPerSecond(edge.bytesSentPerSecond)})`,
  })
  lines.push({
    label: 'Received',
    value: `${bytes(edge.bytesReceived)} (${bytesPerSecond(edge.bytesReceivedPerSecond)})`,
  })
  if (edge.connectTime) lines.push({ label: 'Handshake', value: spread(edge.connectTime) })
  if (edge.duration) lines.push({ label: 'Lasted', value: spread(edge.duration) })
  if (edge.rttUs !== undefined) lines.push({ label: 'Round trip', value: microseconds(edge.rttUs) })
  if (edge.reset > 0) lines.push({ label: 'Reset', value: count(edge.reset), tone: 'fail' })
  if (edge.lost > 0) lines.push({ label: 'Lost', value: count(edge.lost), tone: 'fail' })
  if (edge.retransmits > 0) lines.push({ label: 'Sent again', value: plural(edge.retransmits, 'segment') })
  if (edge.abandoned > 0) lines.push({ label: 'Abandoned', value: count(edge.abandoned) })
  lines.push({ label: 'First seen', value: ago(Date.parse(edge.firstSeen), nowMs) })
  if (edge.portsTotal > 0) lines.push(portsOf(edge, 6))
  return lines
}

/** The numbers an edge's card begins with. */
export function edgeFigures(edge: Edge): readonly EdgeFigure[] {
  if (edge.told) return [{ ...toldFact(edge), more: '' }]
  if (neverWorked(edge)) {
    const failed = { label: 'Failed', value: count(edge.failed), tone: 'fail' } as const
    return [
      { ...failed, more: perSecond(edge.failedPerSecond) },
      { label: 'Open now', value: 'none', more: '' },
      { label: 'Opened', value: 'none', more: '' },
    ]
  }
  return [
    { label: 'Open now', value: count(edge.open), more: quietness(edge) },
    { label: 'Opened', value: count(edge.opened), more: perSecond(edge.openedPerSecond) },
    { label: 'Sent', value: bytes(edge.bytesSent), more: bytesPerSecond(edge.bytesSentPerSecond) },
    {
      label: 'Received',
      value: bytes(edge.bytesReceived),
      more: bytesPerSecond(edge.bytesReceivedPerSecond),
    },
  ]
}

/** The lines of an edge's card below its figures; see {@link edgeFacts}. What was not measured is listed as such. */
export function edgeMoreFacts(edge: Edge, nowMs: number, failingSince?: string): readonly EdgeFact[] {
  if (edge.told) return [{ label: 'Since', value: ago(Date.parse(edge.firstSeen), nowMs) }, NOT_MEASURED]
  const lines: EdgeFact[] = [
    edge.failed > 0 ? failures(edge) : { label: 'Failed', value: 'none' },
    ...failingFact(failingSince, nowMs),
    { label: 'Abandoned', value: edge.abandoned > 0 ? plural(edge.abandoned, 'connection') : 'none' },
    ...breaks(edge),
    timesFact('Handshake', edge.connectTime, 'From the first SYN of the client until the connection stood'),
    timesFact('Lasted', edge.duration, 'From opening to closing'),
    {
      label: 'Round trip',
      value: edge.rttUs === undefined ? 'not measured' : microseconds(edge.rttUs),
      hint: 'The shortest of the last five minutes',
    },
    ...smoothed(edge),
    { label: 'Sent again', value: edge.retransmits > 0 ? plural(edge.retransmits, 'segment') : 'nothing' },
  ]
  if (edge.portsTotal > 0) lines.push(portsOf(edge, edge.ports.length))
  lines.push({ label: 'First seen', value: ago(Date.parse(edge.firstSeen), nowMs) })
  lines.push({ label: 'Last seen', value: ago(Date.parse(edge.lastSeen), nowMs) })
  return lines
}

/** A connection that was told, not traced. */
function toldFact(edge: Edge): EdgeFact {
  return { label: 'Connection', value: toldWords(edge) }
}

const NOT_MEASURED: EdgeFact = {
  label: 'Traffic',
  value: 'not measured: its two ends report this connection, Scope does not trace it',
}

function failures({ failed, failedBy, failedPerSecond }: Edge): EdgeFact {
  const why = failedBy ? `: ${reasonWords(failedBy)}` : ''
  const now = failedPerSecond > 0 ? `, ${perSecond(failedPerSecond)}` : ''
  return {
    label: 'Failed',
    value: `${plural(failed, 'connection')}${why}${now}`,
    ...(failedBy ? { hint: reasonMeanings(failedBy) } : {}),
    tone: 'fail',
  }
}

function failingFact(since: string | undefined, nowMs: number): EdgeFact[] {
  return since === undefined ? [] : [{ label: 'Failing', value: sinceTime(since, nowMs), tone: 'fail' }]
}

/** Lines about open connections that were reset or lost; empty when there were none. */
function breaks({ reset, resetBy, lost }: Edge): EdgeFact[] {
  const lines: EdgeFact[] = []
  if (reset > 0) {
    const { client, server } = resetBy ?? { client: 0, server: 0 }
    const by = [
      client > 0 ? `${server > 0 ? `${count(client)} ` : ''}by the client` : '',
      server > 0 ? `${client > 0 ? `${count(server)} ` : ''}by the server` : '',
    ].filter(Boolean)
    lines.push({
      label: 'Reset',
      value: [plural(reset, 'connection'), by.join(', ')].filter(Boolean).join(by.length > 1 ? ': ' : ' '),
      hint: 'They were open, and ended by a reset (RST)',
      tone: 'fail',
    })
  }
  if (lost > 0) {
    lines.push({
      label: 'Lost',
      value: plural(lost, 'connection'),
      hint: 'They were open, and the other end no longer answered',
      tone: 'fail',
    })
  }
  return lines
}

function openWords(edge: Edge): string {
  return [count(edge.open), quietness(edge)].filter(Boolean).join(', ')
}

function quietness({ quietSeconds }: Edge): string {
  return quietSeconds === undefined ? '' : quietWords(quietSeconds)
}

/** `half within 2 ms, 95 % within 30 ms` */
function timesFact(label: string, times: Times | undefined, what: string): EdgeFact {
  if (!times) return { label, value: 'not measured', hint: what }
  const { count: measured, p50Us, p95Us } = times
  const p95 = `95\u202f% within ${microseconds(p95Us)}`
  return {
    label,
    value: p50Us === p95Us ? p95 : `half within ${microseconds(p50Us)}, ${p95}`,
    hint: `${what}, of ${plural(measured, 'connection')}. Times are true to a factor of two.`,
  }
}

/** `p50 2 ms · p95 30 ms` */
function spread({ p50Us, p95Us }: Times): string {
  return `p50 ${microseconds(p50Us)} · p95 ${microseconds(p95Us)}`
}

function smoothed({ smoothedRttUs }: Edge): EdgeFact[] {
  if (smoothedRttUs === undefined) return []
  return [
    {
      label: 'Smoothed RTT',
      value: microseconds(smoothedRttUs),
      hint: 'The smoothed round trip of the kernel, with the time for which the other end holds acknowledgements back',
    },
  ]
}

function portsOf({ ports, portsTotal }: Edge, most: number): EdgeFact {
  const shown = ports.slice(0, most)
  const rest = portsTotal - shown.length
  return {
    label: portsTotal === 1 ? 'Port' : 'Ports',
    value: `${shown.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`,
  }
}
