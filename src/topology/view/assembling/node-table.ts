import type { NodeSummary } from '../../../api/types.ts'
import { equalValues, keepIfEqual } from '../../equal.ts'
import { metricsOf } from '../definitions/placed-node.ts'
import type { PlacedNode } from '../placing/placement.ts'
import { BySlot } from './few/by-slot.ts'
import { compareSlots, type Fragment, type Slot } from './fragment.ts'
import { mergePlaced } from './group.ts'
import { markedSummary } from './marked-summary.ts'
import { VersionedMap } from './versioned-map.ts'

type Nodes = ReadonlyMap<string, NodeSummary>
type Metrics = NodeSummary['metrics']

/** What a view has of a node. */
interface Shown {
  /** Undefined when the view does not show it. */
  readonly node: NodeSummary | undefined
  /** How many nodes are hidden in its place, or within it. */
  readonly hidden: number
  /** Of a closed group, the sorted ids of its members. */
  readonly members?: readonly string[]
}

interface NodeEntry {
  readonly id: string
  readonly placed: BySlot<PlacedNode>
  /** Merged from all reports; undefined when that has to be done again. */
  whole: PlacedNode | undefined
  shown: Shown
  /** Of a node that a single report has: its metrics when they were last looked at. */
  metrics: Metrics
  /** What `shown.node` was made of, so that only its metrics and adjacency need to be compared. */
  madeOf: NodeSummary | undefined
}

/** Stands for metrics of a node that several reports have: they are not told apart. */
const OF_SEVERAL: Metrics = []

const nothing: Shown = { node: undefined, hidden: 0 }

/** What a node table does not decide itself. */
export interface NodeTableOptions {
  /** Whether nodes without an edge are left out. */
  readonly dropsUnconnected: boolean
  readonly isConnected: (id: string) => boolean
  /** The targets of a node's edges, sorted. */
  readonly targetsOf: (id: string) => readonly string[] | undefined
  /** Pseudo nodes at which flows end, by id. */
  readonly outside: () => Nodes
  /** The sorted ids of the pseudo nodes that one of them stands for; undefined for any other node. */
  readonly outsideMembers: (id: string) => readonly string[] | undefined
  /** A closed group reduced to the members that the view shows. */
  readonly reduced: (placed: PlacedNode) => PlacedNode
}

/**
 * The stage that merges the nodes of a view from all reports, decides which are shown, and finishes them. Only nodes with
 * a change are looked at again.
 */
export class NodeTable {
  readonly #options: NodeTableOptions
  readonly #entries = new Map<string, NodeEntry>()
  readonly #dirty = new Set<string>()
  /** Those of the dirty ones of which something else than what is measured may have changed. */
  readonly #changed = new Set<string>()
  /** Those whose edges came or went, so that their adjacency has to be found again. */
  readonly #relinked = new Set<string>()
  /** Whether reports had a node of an id before the latest changes. */
  readonly #presence = new Map<string, boolean>()
  readonly #nodes = new VersionedMap<NodeSummary>()
  readonly #members = new VersionedMap<readonly string[]>()
  readonly #folds = new Set<NodeEntry>()
  #hasOtherMembers = false
  #hidden = 0
  #nonPseudo = 0

  constructor(options: NodeTableOptions) {
    this.#options = options
  }

  /** The shown nodes as of the last {@link settle}, by id. What was returned never changes. */
  get nodes(): Nodes {
    return this.#nodes.version()
  }

  /** Of each closed group that is shown, the sorted ids of its members. What was returned never changes. */
  get members(): ReadonlyMap<string, readonly string[]> {
    return this.#members.version()
  }

  /** Whether the members are others since this was last asked. */
  takeMembersChanged(): boolean {
    const changed = this.#hasOtherMembers
    this.#hasOtherMembers = false
    return changed
  }

  /** How many nodes the view does not show, besides those that the placements of reports hide. */
  get hidden(): number {
    return this.#hidden
  }

  get nonPseudo(): number {
    return this.#nonPseudo
  }

  /**
   * Takes what a slot has now.
   *
   * @param before what it had, if anything
   */
  take(slot: Slot, before: Fragment | undefined): void {
    const { nodes } = slot.fragment.placement
    const earlier = before?.placement.nodes
    const isOther = nodes !== earlier
    if (isOther) for (const id of earlier?.keys() ?? []) if (!nodes.has(id)) this.#leave(slot, id)
    // An iterator would make a list for each of thousands of nodes.
    nodes.forEach((placed, id) => {
      const entry = this.#entry(id)
      if (isOther && earlier?.get(id) !== placed) this.#place(slot, entry, placed)
      if (placed.of !== undefined) this.#measure(entry, metricsOf(placed))
    })
  }

  #place(slot: Slot, entry: NodeEntry, placed: PlacedNode): void {
    const known = entry.placed.get(slot)
    if (isPlacedAlike(known, placed)) return
    if (known === undefined) this.#touch(entry)
    else this.#remake(entry)
    entry.placed.set(slot, placed)
  }

  #measure(entry: NodeEntry, metrics: Metrics): void {
    const isOfOne = entry.placed.size === 1
    if (isOfOne && entry.metrics === metrics) return
    entry.metrics = isOfOne ? metrics : OF_SEVERAL
    if (isOfOne) this.#dirty.add(entry.id)
    else this.#change(entry.id)
  }

  /** Takes a slot for empty. */
  leave(slot: Slot): void {
    for (const id of slot.fragment.placement.nodes.keys()) this.#leave(slot, id)
  }

  #leave(slot: Slot, id: string): void {
    this.#touch(this.#entry(id)).placed.delete(slot)
  }

  /** Whether a report has a node of this id. */
  isPlaced(id: string): boolean {
    return (this.#entries.get(id)?.placed.size ?? 0) > 0
  }

  /** Whether a node of this id is a pseudo node. */
  isPseudo(id: string): boolean {
    if (this.#options.outside().has(id)) return true
    for (const [, { summary }] of this.#entries.get(id)?.placed.entries() ?? [])
      if (summary.pseudo === true) return true
    return false
  }

  /** The ids that reports have nodes for now and had not before, or the other way around, since this was last asked. */
  takeToggled(): readonly string[] {
    const toggled = [...this.#presence].filter(([id, was]) => this.isPlaced(id) !== was).map(([id]) => id)
    this.#presence.clear()
    return toggled
  }

  /** A node merged from all reports, without its edges; undefined when the view has no such node. */
  wholeOf(id: string): PlacedNode | undefined {
    const entry = this.#entries.get(id)
    if (entry && entry.placed.size > 0) {
      entry.whole ??= merged(entry.placed)
      return entry.whole
    }
    const summary = this.#options.outside().get(id)
    return summary && { summary }
  }

  /** Call when a node's pseudo node may have changed. */
  nodeChanged(id: string): void {
    this.#change(id)
  }

  /** Call when an edge of a node came or went. */
  edgesChanged(id: string): void {
    this.#change(id)
    this.#relinked.add(id)
  }

  /** Call when groups are reduced to members that differ by these ids. */
  membersChanged(ids: readonly string[]): void {
    if (ids.length === 0) return
    for (const { id, whole } of this.#folds)
      if (whole?.fold === undefined || ids.some((member) => whole.fold?.members.has(member))) this.#change(id)
  }

  /**
   * Brings the nodes up to date.
   *
   * @param earlier the nodes of a previous view, by id, of which equal ones are taken where this table has none
   * @returns the ids of those that changed, came or went
   */
  settle(earlier?: Nodes): readonly string[] {
    const changed: string[] = []
    for (const id of this.#dirty) {
      const entry = this.#entry(id)
      const before = entry.shown
      const now = (this.#changed.has(id) ? undefined : moved(entry)) ?? this.#show(entry, earlier)
      entry.shown = now
      this.#count(before, -1)
      this.#count(now, 1)
      this.#setMembers(id, now.members)
      if (entry.placed.size === 0 && now.node === undefined) this.#entries.delete(id)
      if (now.node === before.node) continue
      changed.push(id)
      if (now.node) this.#nodes.set(id, now.node)
      else this.#nodes.delete(id)
    }
    this.#dirty.clear()
    this.#changed.clear()
    this.#relinked.clear()
    return changed
  }

  /** How many nodes may have changed since the last {@link settle}. */
  get unsettled(): number {
    return this.#dirty.size
  }

  /** Forgets nodes that have come and gone since the last {@link settle}. */
  forgetGone(): void {
    const outside = this.#options.outside()
    for (const id of this.#dirty) {
      const entry = this.#entries.get(id)
      const isThere = entry !== undefined && (entry.placed.size > 0 || entry.shown !== nothing)
      if (isThere || outside.has(id)) continue
      if (entry) this.#folds.delete(entry)
      this.#entries.delete(id)
      this.#dirty.delete(id)
      this.#changed.delete(id)
      this.#relinked.delete(id)
    }
  }

  #entry(id: string): NodeEntry {
    const known = this.#entries.get(id)
    if (known) return known
    const made: NodeEntry = {
      ...{ id, placed: new BySlot(), whole: undefined },
      ...{ shown: nothing, metrics: undefined, madeOf: undefined },
    }
    this.#entries.set(id, made)
    return made
  }

  /** Call before a report comes to have a node, or has it no more. */
  #touch(entry: NodeEntry): NodeEntry {
    if (!this.#presence.has(entry.id)) this.#presence.set(entry.id, entry.placed.size > 0)
    return this.#remake(entry)
  }

  #change(id: string): void {
    this.#dirty.add(id)
    this.#changed.add(id)
  }

  #remake(entry: NodeEntry): NodeEntry {
    entry.whole = undefined
    this.#change(entry.id)
    return entry
  }

  #show(entry: NodeEntry, earlier: Nodes | undefined): Shown {
    const { isConnected, dropsUnconnected, reduced } = this.#options
    const whole = this.wholeOf(entry.id)
    if (whole?.fold) this.#folds.add(entry)
    else this.#folds.delete(entry)
    if (whole === undefined) return nothing
    const connected = isConnected(entry.id)
    const placed = connected ? reduced(whole) : whole
    const { fold } = placed
    const hidden = (whole.fold?.members.size ?? 0) - (fold?.members.size ?? 0)
    const pseudo = placed.summary.pseudo === true
    if (!connected && (pseudo || dropsUnconnected))
      return { node: undefined, hidden: hidden + (pseudo ? 0 : (fold?.members.size ?? 1)) }
    const node = this.#finish(entry, placed, earlier)
    const members = fold ? [...fold.members].sort() : this.#options.outsideMembers(entry.id)
    return members ? { node, hidden, members } : { node, hidden }
  }

  /** Adds metrics and adjacency. Returns the earlier object when it is equal. */
  #finish(entry: NodeEntry, placed: PlacedNode, earlier: Nodes | undefined): NodeSummary {
    const { summary, within } = placed
    const metrics = metricsOf(placed)
    const before = entry.shown.node
    const adjacency =
      before === undefined || this.#relinked.has(entry.id)
        ? this.#options.targetsOf(entry.id)
        : before.adjacency
    const isOfSame = before !== undefined && within === undefined && entry.madeOf === summary
    const isSame =
      isOfSame &&
      areSameRows(before.metrics, metrics) &&
      (before.adjacency === adjacency || equalValues(before.adjacency, adjacency))
    if (isSame) return before
    entry.madeOf = within === undefined ? summary : undefined
    const node: NodeSummary = {
      ...markedSummary(placed),
      ...(metrics ? { metrics } : {}),
      ...(adjacency ? { adjacency } : {}),
    }
    // Made of the same summary, it is known to differ.
    return isOfSame ? node : keepIfEqual(before ?? earlier?.get(entry.id), node)
  }

  #count({ node, hidden }: Shown, by: 1 | -1): void {
    this.#hidden += by * hidden
    if (node !== undefined && node.pseudo !== true) this.#nonPseudo += by
  }

  #setMembers(id: string, members: readonly string[] | undefined): void {
    if (equalValues(this.#members.get(id), members)) return
    if (members) this.#members.set(id, members)
    else this.#members.delete(id)
    this.#hasOtherMembers = true
  }
}

/** Whether a node was placed as it was before. What is made of several nodes of a report is made anew, and never is. */
const isPlacedAlike = (before: PlacedNode | undefined, now: PlacedNode): boolean =>
  before === now ||
  (before !== undefined &&
    before.summary === now.summary &&
    before.metrics === now.metrics &&
    before.of?.node === now.of?.node &&
    before.of?.index === now.of?.index &&
    before.standing === now.standing &&
    isOfOne(before) &&
    isOfOne(now))

/** What is shown of a node of which only numbers have moved; undefined when that is not all. */
const moved = ({ shown, metrics, madeOf }: NodeEntry): Shown | undefined => {
  const { node } = shown
  if (node === undefined) return shown === nothing ? undefined : shown
  if (node.metrics === undefined || metrics === undefined || madeOf === undefined) return undefined
  return areSameRows(node.metrics, metrics) ? shown : { ...shown, node: { ...node, metrics } }
}

/** Whether metrics say the same. Of rows that differ, mostly what is measured does. */
const areSameRows = (before: Metrics, now: Metrics): boolean => {
  if (before === now) return true
  if (before === undefined || now === undefined || before.length !== now.length) return false
  return now.every((row, i) => {
    const known = before[i]
    return known === row || (known?.value === row.value && known.min === row.min && equalValues(known, row))
  })
}

const isOfOne = ({ group, fold, within }: PlacedNode): boolean =>
  group === undefined && fold === undefined && within === undefined

const merged = (placed: BySlot<PlacedNode>): PlacedNode | undefined => {
  if (placed.only) return placed.only
  const [first, ...others] = [...placed.entries()]
    .sort(([a], [b]) => compareSlots(a, b))
    .map(([, one]) => one)
  return first && mergePlaced(first, ...others)
}
