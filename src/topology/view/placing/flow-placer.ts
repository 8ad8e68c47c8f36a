import type { NodeSummary } from '../../../api/types.ts'
import type { Flow, NodeRef } from '../../connections/flow.ts'
import type { IsNamedService } from '../../named-services.ts'
import type { PlacedFlow } from '../assembling/edge.ts'
import { type OutsideEnd, OutsideNodes } from './outside-nodes.ts'
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
}

type PlacedEnd =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'fixed'; readonly summary: NodeSummary }
  | { readonly kind: 'outside'; readonly end: OutsideEnd }

interface Known {
  /** Undefined when an end is hidden. */
  readonly ends: readonly [client: PlacedEnd, server: PlacedEnd] | undefined
  /** Groups whose presence decides where the flow ends. */
  readonly groups: readonly string[]
  placed?: PlacedFlow
}

/**
 * The stage that finds the nodes of a view which stitched flows connect. Flows with a hidden end are left out. A flow
 * refers to the reports that its ends are placed by, so its place only changes with the presence of a group, or the other
 * addresses of its network.
 */
export class FlowPlacer {
  readonly #definition: ViewDefinition
  readonly #isNamedService: IsNamedService
  readonly #places: Places
  readonly #placed: PlacedFlows
  readonly #outside: OutsideNodes
  readonly #flows = new Map<Flow, Known>()
  readonly #byGroup = new Map<string, Set<Flow>>()
  readonly #unsettled = new Set<Flow>()

  /** @param outsideChanged called with the id of a pseudo node that came, went or is named otherwise */
  constructor(
    definition: ViewDefinition,
    isNamedService: IsNamedService,
    places: Places,
    placed: PlacedFlows,
    outsideChanged: (id: string) => void,
  ) {
    this.#definition = definition
    this.#isNamedService = isNamedService
    this.#places = places
    this.#placed = placed
    this.#outside = new OutsideNodes(outsideChanged)
  }

  /** The pseudo nodes at which flows end, by id. */
  get outside(): ReadonlyMap<string, NodeSummary> {
    return this.#outside.all
  }

  add(flow: Flow): void {
    const groups: string[] = []
    const client = this.#place(flow, 'client', groups)
    const server = client && this.#place(flow, 'server', groups)
    for (const group of groups) {
      const others = this.#byGroup.get(group)
      if (others) others.add(flow)
      else this.#byGroup.set(group, new Set([flow]))
    }
    const ends = server && ([client, server] as const)
    for (const end of ends ?? []) {
      if (end.kind === 'fixed') this.#outside.addFixed(end.summary)
      else if (end.kind === 'outside') this.#outside.add(end.end)
    }
    this.#flows.set(flow, { ends, groups })
    this.#unsettled.add(flow)
  }

  remove(flow: Flow): void {
    const known = this.#flows.get(flow)
    if (known === undefined) return
    this.#flows.delete(flow)
    this.#unsettled.delete(flow)
    for (const group of known.groups) {
      const others = this.#byGroup.get(group)
      if (others?.delete(flow) && others.size === 0) this.#byGroup.delete(group)
    }
    for (const end of known.ends ?? []) {
      if (end.kind === 'fixed') this.#outside.removeFixed(end.summary)
      else if (end.kind === 'outside') this.#outside.remove(end.end)
    }
    if (known.placed) this.#placed.remove(known.placed)
  }

  /** Places flows again whose end depends on whether these groups are there. */
  groupsChanged(ids: Iterable<string>): void {
    for (const id of ids)
      for (const flow of [...(this.#byGroup.get(id) ?? [])]) {
        this.remove(flow)
        this.add(flow)
      }
  }

  /** Tells which flows connect other nodes than before. */
  settle(): void {
    for (const flow of this.#outside.settle()) this.#unsettled.add(flow)
    for (const flow of this.#unsettled) {
      const known = this.#flows.get(flow)
      if (known?.ends === undefined) continue
      const [source, target] = [idOf(known.ends[0]), idOf(known.ends[1])]
      if (known.placed?.source === source && known.placed.target === target) continue
      if (known.placed) this.#placed.remove(known.placed)
      known.placed = { source, target, flow }
      this.#placed.add(known.placed)
    }
    this.#unsettled.clear()
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
    return { kind: 'outside', end: { flow, address: place, id: '' } }
  }
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
