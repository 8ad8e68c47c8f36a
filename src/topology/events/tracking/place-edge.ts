import type { EventNode, NodeSummary } from '../../../api/types.ts'
import type { End, Flow, NodeRef } from '../../connections/flow.ts'
import type { IsNamedService } from '../../named-services.ts'
import { uncontainedSummary } from '../../nodes/groups/pseudo-summary.ts'
import { containerLabel } from '../../nodes/naming/labels.ts'
import { containment } from '../../reports/containment.ts'
import { edgeId } from '../../view/assembling/edge.ts'
import { viewOf } from '../../view/catalogue.ts'
import { holderLabel, remotePlace } from '../../view/placing/remote-place.ts'
import { unwatchedNodes } from '../../view/placing/unwatched.ts'
import { lastingName, serviceOf } from '../lasting-names.ts'
import { calledNow, isHost, type LabelOf, labelOfHolders, labelOfHost, type ReportOf } from './label-of.ts'

/** The edge that an event is about. */
export interface PlacedEdge {
  /** Edge id within the view. */
  readonly id: string
  /** Like `id`, but stays the same when a container is replaced by a new one. */
  readonly key: string
  /** Like `key`, but the same for all containers of a service. */
  readonly serviceKey: string
  readonly source: EventNode
  readonly target: EventNode
  /** What `source` and `target` are called after hosts were given other names; undefined where that changes nothing. */
  readonly sourceLabelOf: LabelOf | undefined
  readonly targetLabelOf: LabelOf | undefined
  readonly port: number
}

/** The two ends of a connection. */
export type PlacedEnds = Pick<Flow, 'client' | 'server' | 'port'>

/**
 * The edge that events about a connection refer to. It is an edge of the view of containers when every known process
 * of the connection runs in a container, else of the view of processes by name. So each connection belongs to exactly
 * one edge, and short-lived processes make no edges of their own.
 *
 * @returns undefined when an end has no place on the map, such as a process whose container has been removed
 */
export const placeEdge = (flow: PlacedEnds, isNamedService: IsNamedService): PlacedEdge | undefined => {
  const ends = [flow.client, flow.server].filter((end) => end.kind === 'process')
  const within = ends.map(({ id, at }) => containment(at, id))
  if (within.includes(undefined)) return undefined
  const viewId = within.every((one) => one?.container !== undefined) ? 'containers' : 'processes-by-name'
  const source = nodeOfEnd(flow.client, 'client', viewId, isNamedService)
  const target = nodeOfEnd(flow.server, 'server', viewId, isNamedService)
  if (source === undefined || target === undefined) return undefined
  return {
    id: edgeId(source.node.id, target.node.id),
    key: edgeId(`${viewId} ${source.key}`, target.key),
    serviceKey: edgeId(`${viewId} ${source.serviceKey}`, target.serviceKey),
    source: source.node,
    target: target.node,
    sourceLabelOf: source.labelOf,
    targetLabelOf: target.labelOf,
    port: flow.port,
  }
}

/** The edge with its ends called as they are now. */
export const edgeCalledNow = (edge: PlacedEdge, reportOf: ReportOf): PlacedEdge => {
  const source = calledNow(edge.source, edge.sourceLabelOf, reportOf)
  const target = calledNow(edge.target, edge.targetLabelOf, reportOf)
  return source === edge.source && target === edge.target ? edge : { ...edge, source, target }
}

interface PlacedEnd extends Pick<PlacedEdge, 'key' | 'serviceKey'> {
  readonly node: EventNode
  readonly labelOf?: LabelOf | undefined
}

const nodeOfEnd = (
  end: End,
  side: 'client' | 'server',
  view: 'containers' | 'processes-by-name',
  isNamedService: IsNamedService,
): PlacedEnd | undefined => {
  if (end.kind === 'process') return view === 'containers' ? containerEnd(end, view) : programEnd(end, view)
  const idOf = (ref: NodeRef) => (isHost(ref) ? uncontainedOf(ref).id : ref.id)
  const place = remotePlace(end, side, viewOf(view), idOf, isNamedService)
  if (place === undefined) return undefined
  if (place.kind === 'outside') return pseudoEnd(place.summary, view)
  if (place.kind === 'address') {
    const summary = unwatchedNodes([place])(place)
    const { address, holders } = place
    const names = holders.length === 0 ? [summary.label] : holders.map(holderKey)
    const key = [address.id, ...names].join(' ')
    return { ...pseudoEnd(summary, view), key, serviceKey: key, labelOf: labelOfHolders(holders) }
  }
  const owner = end.owners.find((ref) => idOf(ref) === place.id)
  if (owner === undefined) return undefined
  if (!isHost(owner)) return containerEnd(owner, view)
  const { name } = owner.at.report.host
  return { ...pseudoEnd({ ...uncontainedOf(owner), label: name }, view), labelOf: labelOfHost(owner) }
}

/** What is called a host changes when another of its name comes or goes; a container that is made anew is called as before. */
const holderKey = (holder: NodeRef): string => (isHost(holder) ? holder.id : holderLabel(holder))

const uncontainedOf = ({ at }: NodeRef): NodeSummary =>
  uncontainedSummary(at.report.host.id, at.report.host.name)

const pseudoEnd = ({ id, label }: NodeSummary, view: string): PlacedEnd => ({
  node: { id, label, topology: 'pseudo', view },
  key: id,
  serviceKey: id,
})

/**
 * The end for a container, or for the container that a process runs in. Edges are remembered for long, and a container has many: its end is the
 * same object for those that are found of the same nodes.
 */
const containerEnd = ({ id, at }: NodeRef, view: string): PlacedEnd | undefined => {
  const container = containment(at, id)?.container
  if (container === undefined) return undefined
  const ends = at.told.of(noEnds, undefined)
  const endKey = `${view} ${container.id}`
  const known = ends.get(endKey)
  if (known !== undefined) return known
  const service = serviceOf(container)
  const key = `${at.hostNode} ${lastingName(container)}`
  const end: PlacedEnd = {
    node: { id: container.id, label: containerLabel(container), topology: 'container', view },
    key,
    serviceKey: service ?? key,
  }
  ends.set(endKey, end)
  return end
}

const noEnds = (): Map<string, PlacedEnd> => new Map()

const programEnd = ({ id, at }: NodeRef, view: string): PlacedEnd => {
  const name = at.nodes.get(id)?.name || '(unknown)'
  return { node: { id: name, label: name, topology: 'process', view }, key: name, serviceKey: name }
}
