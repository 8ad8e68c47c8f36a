import type { EdgeFlow, FlowEnd } from '../../api/types.ts'
import { addressText, type End, type Flow, namesOf } from '../connections/flow.ts'
import { addTo, type Totals } from '../connections/numbers.ts'
import type { HeldReport } from '../held-report.ts'
import { wantedText } from '../node-details/connection-rows.ts'
import { processLabel } from '../nodes/naming/labels.ts'
import { isoDate } from '../nodes/rows/metadata-rows.ts'
import { Pipeline } from '../pipeline/pipeline.ts'
import { failedBy } from '../view/assembling/summed-edge.ts'
import type { ViewOptions } from '../view/options/options.ts'
import { flowsOfEdge } from './edge-records.ts'

/** The most flows returned for an edge. */
export const MAX_EDGE_FLOWS = 100

/** The most wanted addresses returned for one flow. */
const MAX_WANTED = 8

/** The flows that an edge is the sum of. */
export interface EdgeFlows {
  /** Sorted: those with the most failures first, then the busiest. */
  readonly flows: readonly EdgeFlow[]
  /** Number of all flows; `flows` holds the first of them. */
  readonly total: number
}

/**
 * Who connects to whom within an edge of a view: one entry for each pair of ends and port, where an end is a process
 * if it is known, else an address. It is computed from reports, so it also covers connections that are closed or
 * never succeeded.
 *
 * @returns undefined when the view has no such edge under these options
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const edgeFlows = (
  viewId: string,
  edgeId: string,
  options: ViewOptions,
  held: readonly HeldReport[],
  pipeline: Pipeline = new Pipeline(),
): EdgeFlows | undefined => {
  const edge = pipeline.view(viewId, options, held).edges.get(edgeId)
  if (edge === undefined) return undefined
  const groups = new Map<string, FlowGroup>()
  for (const flow of flowsOfEdge(pipeline.parts(viewId, options, held), edge)) {
    const id = [keyOf(flow.client), keyOf(flow.server), flow.port].join(' ')
    const known = groups.get(id)
    if (known) addTo(known.totals, flow.numbers)
    else groups.set(id, { id, flow, totals: { ...flow.numbers }, wanted: new Set() })
    if (flow.wanted) groups.get(id)?.wanted.add(wantedText(flow.wanted))
  }
  const all = [...groups.values()].sort(mostTelling)
  return { flows: all.slice(0, MAX_EDGE_FLOWS).map(told), total: all.length }
}

interface FlowGroup {
  readonly id: string
  readonly flow: Flow
  readonly totals: Totals
  readonly wanted: Set<string>
}

const keyOf = (end: End): string => (end.kind === 'process' ? end.id : end.address.id)

const mostTelling = (a: FlowGroup, b: FlowGroup): number =>
  b.totals.failed - a.totals.failed ||
  b.totals.open - a.totals.open ||
  b.totals.opened - a.totals.opened ||
  (a.id < b.id ? -1 : 1)

const told = ({ flow, totals, wanted }: FlowGroup): EdgeFlow => ({
  client: endOf(flow.client),
  server: endOf(flow.server),
  port: flow.port,
  open: totals.open,
  opened: totals.opened,
  failed: totals.failed,
  ...failedBy(totals),
  abandoned: totals.abandoned,
  ...(wanted.size === 0 ? {} : { wanted: [...wanted].slice(0, MAX_WANTED) }),
  lastSeen: isoDate(totals.lastSeenMs) ?? '',
})

const endOf = (end: End): FlowEnd => {
  if (end.kind === 'process') {
    const node = end.at.nodes.get(end.id)
    return { process: end.id, name: node === undefined ? end.id : processLabel(node) }
  }
  const [name] = namesOf(end)
  const address = addressText(end.address)
  return { address, name: name ?? address }
}
