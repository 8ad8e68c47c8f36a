import type { NodeSummary } from '../../../api/types.ts'
import { compareFlows, type End, type Flow, type NodeRef } from '../../connections/flow.ts'
import { type Numbers, sameNumbers } from '../../connections/numbers.ts'
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
  /** The flow is told of again by another one, which connects the same nodes. */
  readonly retell: (placed: PlacedFlow, flow: Flow) => void
  /** The flow has other numbers, or another port. */
  readonly moved: (placed: PlacedFlow) => void
}

/** Nearly always the id of a node that reports have in the view. */
type PlacedEnd =
  | string
  | { readonly kind: 'fixed'; readonly summary: NodeSummary }
  | { readonly kind: 'outside'; readonly end: OutsideEnd }

interface Found {
  /** Both ends are undefined when one of them is hidden. */
  readonly client: PlacedEnd | undefined
  readonly server: PlacedEnd | undefined
  /** Groups whose presence decides where the flow ends. */
  readonly groups: readonly string[]
}

/** A flow, and where it was found to belong. There is one for each flow of each view, so it is one object, with nothing around what it has. */
export interface FlowPlace {
  flow: Flow
  /** The numbers of the flow as {@link PlacedFlows} were told of them last. */
  numbers: Numbers
  client: Found['client']
  server: Found['server']
  groups: Found['groups']
  /** The nodes where it ends while nothing is folded, as of the last {@link FlowPlacer.settle}. */
  source: string | undefined
  target: string | undefined
  placed: PlacedFlow | undefined
}

const NO_GROUPS: readonly string[] = []

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
  readonly #outside: OutsideNodes<FlowPlace>
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
    const { client, server, groups } = this.#find(flow)
    const place: FlowPlace = {
      flow,
      numbers: flow.numbers,
      client,
      server,
      groups,
      source: undefined,
      target: undefined,
      placed: undefined,
    }
    this.#enter(place)
    return place
  }

  /** Takes a flow for one that was added before. It costs little where both are made of the same records and end alike. */
  replace(place: FlowPlace, flow: Flow): void {
    const before = place.flow
    if (flow === before) {
      this.#tellNumbers(place, flow)
      return
    }
    if (endsSame(before, flow) && compareFlows(before, flow) === 0) {
      this.#retell(place, flow)
      return
    }
    const found = this.#find(flow)
    if (compareFlows(before, flow) !== 0 || !isAlike(place, found)) {
      this.#move(place, flow, found)
      return
    }
    tellAgain(place.client, found.client)
    tellAgain(place.server, found.server)
    this.#retell(place, flow)
  }

  #retell(place: FlowPlace, flow: Flow): void {
    const { port } = place.flow
    place.flow = flow
    if (place.placed) this.#placed.retell(place.placed, flow)
    this.#tellNumbers(place, flow, port)
  }

  /** @param port that of the flow before */
  #tellNumbers(place: FlowPlace, { numbers, port: now }: Flow, port = now): void {
    const before = place.numbers
    if (numbers === before && port === now) return
    place.numbers = numbers
    if (place.placed && (port !== now || !sameNumbers(before, numbers))) this.#placed.moved(place.placed)
  }

  remove(place: FlowPlace): void {
    this.#unsettled.delete(place)
    for (const group of place.groups) {
      const others = this.#byGroup.get(group)
      if (others?.delete(place) && others.size === 0) this.#byGroup.delete(group)
    }
    this.#leave(place.client)
    this.#leave(place.server)
    this.#unlink(place)
    if (place.placed) this.#placed.remove(place.placed)
    place.placed = undefined
  }

  /** Places flows again whose end depends on whether these groups are there. */
  groupsChanged(ids: Iterable<string>): void {
    for (const id of ids)
      for (const place of [...(this.#byGroup.get(id) ?? [])])
        this.#move(place, place.flow, this.#find(place.flow))
  }

  /** Tells which flows connect other nodes than before. */
  settle(): void {
    for (const place of this.#outside.settle()) this.#unsettled.add(place)
    for (const place of this.#unsettled) this.#link(place)
    for (const place of this.#leaves.settle()) this.#unsettled.add(place)
    for (const place of this.#unsettled) {
      const { flow, placed } = place
      if (place.source === undefined || place.target === undefined) continue
      const source = this.#leaves.shownAs(place.source)
      const target = this.#leaves.shownAs(place.target)
      if (placed?.source === source && placed.target === target) continue
      if (placed) this.#placed.remove(placed)
      place.numbers = flow.numbers
      place.placed = { source, target, flow, edge: undefined }
      this.#placed.add(place.placed)
    }
    this.#unsettled.clear()
  }

  #link(place: FlowPlace): void {
    const { client, server } = place
    if (client === undefined || server === undefined) return
    const [source, target] = [idOf(client), idOf(server)]
    if (place.source === source && place.target === target) return
    this.#unlink(place)
    place.source = source
    place.target = target
    if (typeof client !== 'string') this.#leaves.link(source, `to;${target}`, place)
    if (typeof server !== 'string') this.#leaves.link(target, `from;${source}`, place)
  }

  #unlink(place: FlowPlace): void {
    const { source, target } = place
    if (source === undefined || target === undefined) return
    place.source = undefined
    place.target = undefined
    this.#leaves.unlink(source, `to;${target}`, place)
    this.#leaves.unlink(target, `from;${source}`, place)
  }

  #move(place: FlowPlace, flow: Flow, { client, server, groups }: Found): void {
    this.remove(place)
    place.flow = flow
    place.numbers = flow.numbers
    place.client = client
    place.server = server
    place.groups = groups
    this.#enter(place)
  }

  #enter(place: FlowPlace): void {
    for (const group of place.groups) {
      const others = this.#byGroup.get(group)
      if (others) others.add(place)
      else this.#byGroup.set(group, new Set([place]))
    }
    this.#enterAt(place.client, place)
    this.#enterAt(place.server, place)
    this.#unsettled.add(place)
  }

  #enterAt(end: PlacedEnd | undefined, place: FlowPlace): void {
    if (end === undefined || typeof end === 'string') return
    if (end.kind === 'fixed') this.#outside.addFixed(end.summary)
    else this.#outside.add(end.end, place)
  }

  #leave(end: PlacedEnd | undefined): void {
    if (end === undefined || typeof end === 'string') return
    if (end.kind === 'fixed') this.#outside.removeFixed(end.summary)
    else this.#outside.remove(end.end)
  }

  #find(flow: Flow): Found {
    const found: string[] = []
    const client = this.#place(flow, 'client', found)
    const server = client === undefined ? undefined : this.#place(flow, 'server', found)
    const groups = found.length === 0 ? NO_GROUPS : found
    return server === undefined ? { client: server, server, groups } : { client, server, groups }
  }

  #place(flow: Flow, side: 'client' | 'server', groups: string[]): PlacedEnd | undefined {
    const end = flow[side]
    const { nodeOf, groupAround, isThere } = this.#places
    if (end.kind === 'process') {
      return nodeOf(end)
    }
    const presentGroup = (ref: NodeRef): string | undefined => {
      const group = groupAround(ref)
      if (group === undefined) return undefined
      groups.push(group)
      return isThere(group) ? group : undefined
    }
    const place = remotePlace(end, side, this.#definition, nodeOf, this.#isNamedService, presentGroup)
    if (place === undefined || place.kind === 'node') return place?.id
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
  endsAlike(a.client, b.client) &&
  endsAlike(a.server, b.server)

const endsAlike = (a: PlacedEnd | undefined, b: PlacedEnd | undefined): boolean => {
  if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return a === b
  if (a.kind === 'outside') return b.kind === 'outside' && isAlikeOutside(a.end.address, b.end.address)
  return b.kind === 'fixed' && a.summary.id === b.summary.id
}

/** An end at an address has that as it was told last. */
const tellAgain = (end: PlacedEnd | undefined, now: PlacedEnd | undefined): void => {
  if (typeof end === 'object' && typeof now === 'object' && end.kind === 'outside' && now.kind === 'outside')
    end.end.address = now.end.address
}

const idOf = (end: PlacedEnd): string => {
  if (typeof end === 'string') return end
  return end.kind === 'fixed' ? end.summary.id : end.end.id
}
