import type { End, Flow, NodeRef } from '../connections/flow.ts'
import type { IsNamedService } from '../named-services.ts'
import { containerLabel } from '../nodes/labels.ts'
import { uncontainedSummary } from '../nodes/pseudo-summary.ts'
import { containment } from '../reports/containment.ts'
import type { EventNode, NodeSummary } from '../types.ts'
import { viewOf } from '../view/catalogue.ts'
import { edgeId } from '../view/edge.ts'
import { remotePlace } from '../view/remote-place.ts'
import { unwatchedNodes } from '../view/unwatched.ts'

/** An edge that something happened to. */
export interface PlacedEdge {
  /** Edge id within the view. */
  readonly id: string
  readonly source: EventNode
  readonly target: EventNode
  readonly port: number
}

/** The two ends of a connection. */
export type PlacedEnds = Pick<Flow, 'client' | 'server' | 'port'>

/**
 * The edge that stands for a connection: between containers where all that is watched of it is contained, else between
 * programs. So each connection is of one edge, and a short process by itself is none.
 *
 * @returns undefined when an end is a process whose container is gone
 */
export const placeEdge = (flow: PlacedEnds, isNamedService: IsNamedService): PlacedEdge | undefined => {
  const ends = [flow.client, flow.server].filter((end) => end.kind === 'process')
  const within = ends.map(({ id, at }) => containment(at, id))
  if (within.includes(undefined)) return undefined
  const viewId = within.every((one) => one?.container !== undefined) ? 'containers' : 'processes-by-name'
  const source = nodeOfEnd(flow.client, 'client', viewId, isNamedService)
  const target = nodeOfEnd(flow.server, 'server', viewId, isNamedService)
  if (source === undefined || target === undefined) return undefined
  return { id: edgeId(source.id, target.id), source, target, port: flow.port }
}

const nodeOfEnd = (
  end: End,
  side: 'client' | 'server',
  view: 'containers' | 'processes-by-name',
  isNamedService: IsNamedService,
): EventNode | undefined => {
  if (end.kind === 'process') return view === 'containers' ? containerNode(end, view) : programNode(end, view)
  const idOf = ({ id, at }: NodeRef) => (id === at.hostNode ? uncontainedOf({ id, at }).id : id)
  const place = remotePlace(end, side, viewOf(view), idOf, isNamedService)
  if (place === undefined) return undefined
  if (place.kind === 'address') return pseudoNode(unwatchedNodes([place])(place), view)
  if (place.kind === 'outside') return pseudoNode(place.summary, view)
  const owner = end.owners.find((ref) => idOf(ref) === place.id)
  if (owner === undefined) return { id: place.id, label: place.id, topology: 'pseudo', view }
  return owner.id === owner.at.hostNode
    ? { ...pseudoNode(uncontainedOf(owner), view), label: owner.at.report.host.name }
    : containerNode(owner, view)
}

const uncontainedOf = ({ at }: NodeRef): NodeSummary =>
  uncontainedSummary(at.report.host.id, at.report.host.name)

const pseudoNode = ({ id, label }: NodeSummary, view: string): EventNode => ({
  id,
  label,
  topology: 'pseudo',
  view,
})

/** The container that a reference leads to, be it to a container or a process. */
const containerNode = ({ id, at }: NodeRef, view: string): EventNode => {
  const container = containment(at, id)?.container
  return container === undefined
    ? { id, label: id, topology: 'container', view }
    : { id: container.id, label: containerLabel(container), topology: 'container', view }
}

const programNode = ({ id, at }: NodeRef, view: string): EventNode => {
  const name = at.nodes.get(id)?.name || '(unknown)'
  return { id: name, label: name, topology: 'process', view }
}
