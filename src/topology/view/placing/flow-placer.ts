import type { NodeSummary } from '../../../api/types.ts'
import { compareFlows, type End, type Flow, type NodeRef } from '../../connections/flow.ts'
import type { IsNamedService } from '../../named-services.ts'
import type { PlacedFlow } from '../assembling/edge.ts'
import { AlikeLeaves, type LeafCounts, type LeafFolding } from './alike-leaves.ts'
import { isAlikeOutside, type OutsideEnd, OutsideNodes } from './outside-nodes.ts'
import type { ViewDefinition } from './placement.ts'
import { remotePlace } from './remote-place.ts'

/** What flows are placed by. */
export interface Places {
  /** Id of the view's node that stands for a node of a report; undefined when it is hidden. */
  readonly nodeOf: (ref: NodeRef) => string | undefined
  /** Id of the closed group that would contain all processes of a container or host, whether the view has it or not. */
  readonly groupAround: (ref: NodeRef) => string | undefined
  /** Whether a report has a node of this id in the view. */
  readonly isThere: (id: string) => boolean
}

/** What becomes of placed flows. */
export interface PlacedFlows {
  readonly add: (placed: PlacedFlow) => void
  readonly remove: (placed: PlacedFlow) => void
  /** The flow is told of again: it connects the same nodes, with other numbers. */
  readonly retell: (placed: PlacedFlow, flow: Flow) => void
}

type PlacedEnd =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'fixed'; readonly summary: NodeSummary }
  | { readonly kind: 'outside'; readonly end: OutsideEnd }

type PlacedEnds = readonly [client: PlacedEnd, server: PlacedEnd]

interface Found {
  /** Undefined when an end is hidden. */
  readonly ends: PlacedEnds | undefined
  /** Groups whose presence decides where the flow ends. */
  readonly groups: readonly string[]
}

/** A flow, and where it was found to belong. */
export interface FlowPlace {
  flow: Flow
  found: Found
  /** The nodes where it ends while nothing is folded, as of the last {@link FlowPlacer.settle}. */
  ends: readonly [source: string, target: string] | undefined
  placed: PlacedFlow | undefined
}

/**
 * The stage that finds the nodes of a view which stitched flows connect. Flows with a hidden end are left out. The place
 * of a flow only changes with its ends, with the presence of a group, or with the other addresses of its network; where the
 * reports say otherwise of its ends, it has to be removed and added.
 */
export class FlowPlacer {
  readonly #definition: ViewDefinition
  readonly #isNamedService: IsNamedService
  readonly #places: Places
  readonly #placed: PlacedFlows
  readonly #outside: OutsideNodes
  readonly #leaves: AlikeLeaves<FlowPlace>
  readonly #byGroup = new Map<string, Set<FlowPlace>>()
  readonly #unsettled = new Set<FlowPlace>()

  /**
   * @param leaves how pseudo nodes that are alike are folded; undefined when they are not
   * @param outsideChanged called with the id of a pseudo node that came, went or is named otherwise
   */
  constructor(
    definition: ViewDefinition,
    isNamedService: IsNamedService,
    places: Places,
    placed: PlacedFlows,
    leaves: LeafFolding | undefined,
    outsideChanged: (id: string) => void,
  ) {
    this.#definition = definition
    this.#isNamedService = isNamedService
    this.#places = places
    this.#placed = placed
    this.#outside = new OutsideNodes((id) => this.#leaves.describedOtherwise(id))
    this.#leaves = new AlikeLeaves(leaves, this.#outside.all, outsideChanged)
  }

  /** The pseudo nodes at which flows end, by id. */
  get outside(): ReadonlyMap<string, NodeSummary> {
    return this.#leaves.shown
  }

  /** The sorted ids of the pseudo nodes that one of them stands for; undefined for any other node. */
  membersOf(id: string): readonly string[] | undefined {
    return this.#leaves.membersOf(id)
  }

  /** The pseudo node that stands for this one; the same id when it is not folded. */
  shownAs(id: string): string {
    return this.#leaves.shownAs(id)
  }

  /** What folding pseudo nodes does to the view. */
  get leafCounts(): LeafCounts {
    return this.#leaves.counts
  }

  /** @returns by what the flow is known to {@link replace} and {@link remove} */
  add(flow: Flow): FlowPlace {
    const place: FlowPlace = { flow, found: this.#find(flow), ends: undefined, placed: undefined }
    this.#enter(place)
    return place
  }

  /** Takes a flow for one that was added before. It costs little where both are made of the same records and end alike. */
  replace(place: FlowPlace, flow: Flow): void {
    const before = place.flow
    if (flow === before) return
    if (endsSame(before, flow) && compareFlows(before, flow) === 0) {
      place.flow = flow
      if (place.placed) this.#placed.retell(place.placed, flow)
      return
    }
    const found = this.#find(flow)
    if (compareFlows(before, flow) !== 0 || !isAlike(place.found, found)) {
      this.remove(place)
      place.flow = flow
      place.found = found
      this.#enter(place)
      return
    }
    place.flow = flow
    for (const [i, end] of place.found.ends?.entries() ?? []) {
      const now = found.ends?.[i]
      if (end.kind === 'outside' && now?.kind === 'outside') end.end.address = now.end.address
    }
    if (place.placed) this.#placed.retell(place.placed, flow)
  }

  remove(place: FlowPlace): void {
    this.#unsettled.delete(place)
    for (const group of place.found.groups) {
      const others = this.#byGroup.get(group)
      if (others?.delete(place) && others.size === 0) this.#byGroup.delete(group)
    }
    for (const end of place.found.ends ?? []) {
      if (end.kind === 'fixed') this.#outside.removeFixed(end.summary)
      else if (end.kind === 'outside') this.#outside.remove(end.end)
    }
    this.#unlink(place)
    if (place.placed) this.#placed.remove(place.placed)
    place.placed = undefined
  }

  /** Places flows again whose end depends on whether these groups are there. */
  groupsChanged(ids: Iterable<string>): void {
    for (const id of ids)
      for (const place of [...(this.#byGroup.get(id) ?? [])]) {
        this.remove(place)
        place.found = this.#find(place.flow)
        this.#enter(place)
      }
  }

  /** Tells which flows connect other nodes than before. */
  settle(): void {
    for (const place of this.#outside.settle()) this.#unsettled.add(place)
    for (const place of this.#unsettled) this.#link(place)
    for (const place of this.#leaves.settle()) this.#unsettled.add(place)
    for (const place of this.#unsettled) {
      const { flow, ends, placed } = place
      if (ends === undefined) continue
      const source = this.#leaves.shownAs(ends[0])
      const target = this.#leaves.shownAs(ends[1])
      if (placed?.source === source && placed.target === target) continue
      if (placed) this.#placed.remove(placed)
      place.placed = { source, target, flow }
      this.#placed.add(place.placed)
    }
    this.#unsettled.clear()
  }

  #link(place: FlowPlace): void {
    const { ends } = place.found
    if (ends === undefined) return
    const [source, target] = [idOf(ends[0]), idOf(ends[1])]
    if (place.ends?.[0] === source && place.ends[1] === target) return
    this.#unlink(place)
    place.ends = [source, target]
    if (ends[0].kind !== 'node') this.#leaves.link(source, `to;${target}`, place)
    if (ends[1].kind !== 'node') this.#leaves.link(target, `from;${source}`, place)
  }

  #unlink(place: FlowPlace): void {
    if (place.ends === undefined) return
    const [source, target] = place.ends
    place.ends = undefined
    this.#leaves.unlink(source, `to;${target}`, place)
    this.#leaves.unlink(target, `from;${source}`, place)
  }

  #enter(place: FlowPlace): void {
    for (const group of place.found.groups) {
      const others = this.#byGroup.get(group)
      if (others) others.add(place)
      else this.#byGroup.set(group, new Set([place]))
    }
    for (const end of place.found.ends ?? []) {
      if (end.kind === 'fixed') this.#outside.addFixed(end.summary)
      else if (end.kind === 'outside') this.#outside.add(end.end, place)
    }
    this.#unsettled.add(place)
  }

  #find(flow: Flow): Found {
    const groups: string[] = []
    const client = this.#place(flow, 'client', groups)
    const server = client && this.#place(flow, 'server', groups)
    return { ends: server && [client, server], groups }
  }

  #place(flow: Flow, side: 'client' | 'server', groups: string[]): PlacedEnd | undefined {
    const end = flow[side]
    const { nodeOf, groupAround, isThere } = this.#places
    if (end.kind === 'process') {
      const id = nodeOf(end)
      return id === undefined ? undefined : { kind: 'node', id }
    }
    const presentGroup = (ref: NodeRef): string | undefined => {
      const group = groupAround(ref)
      if (group === undefined) return undefined
      groups.push(group)
      return isThere(group) ? group : undefined
    }
    const place = remotePlace(end, side, this.#definition, nodeOf, this.#isNamedService, presentGroup)
    if (place === undefined || place.kind === 'node') return place
    if (place.kind === 'outside') return { kind: 'fixed', summary: place.summary }
    return { kind: 'outside', end: { address: place, id: '' } }
  }
}

/** Whether both ends of two flows are the same, so that they are found to belong where they did. */
const endsSame = (a: Flow, b: Flow): boolean => isSameEnd(a.client, b.client) && isSameEnd(a.server, b.server)

const isSameEnd = (a: End, b: End): boolean => {
  if (a === b) return true
  if (a.kind === 'process') return b.kind === 'process' && a.id === b.id && a.at === b.at
  return (
    b.kind === 'remote' &&
    a.address === b.address &&
    a.askedFor === b.askedFor &&
    a.from === b.from &&
    (a.owners === b.owners || a.owners.length + b.owners.length === 0)
  )
}

const isAlike = (a: Found, b: Found): boolean =>
  a.groups.length === b.groups.length &&
  a.groups.every((group, i) => group === b.groups[i]) &&
  (a.ends === undefined || b.ends === undefined
    ? a.ends === b.ends
    : endsAlike(a.ends[0], b.ends[0]) && endsAlike(a.ends[1], b.ends[1]))

const endsAlike = (a: PlacedEnd, b: PlacedEnd): boolean => {
  if (a.kind === 'outside') return b.kind === 'outside' && isAlikeOutside(a.end.address, b.end.address)
  return a.kind === b.kind && idOf(a) === idOf(b)
}

const idOf = (end: PlacedEnd): string => {
  switch (end.kind) {
    case 'node':
      return end.id
    case 'fixed':
      return end.summary.id
    case 'outside':
      return end.end.id
  }
}
