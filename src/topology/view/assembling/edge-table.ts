import { compareFlows } from '../../connections/flow.ts'
import { equalValues } from '../../equal.ts'
import { withoutRoom } from '../../without-room.ts'
import type { ViewLink } from '../placing/placement.ts'
import type { ViewEdge } from '../view-edge.ts'
import { type EdgeHandle, type EdgeSum, edgeKey, edgeOf, type PlacedFlow, sameSums, sumOf } from './edge.ts'
import { BySlot } from './few/by-slot.ts'
import { countOf, eachOf, type Few, withOne, withoutOne } from './few/few.ts'
import { FlowsAcross } from './flows-across.ts'
import { compareSlots, type Fragment, type Slot, sumsIn } from './fragment.ts'
import { sumOfLink } from './links.ts'
import { type PlacedDoubt, PlacedDoubts } from './placed-doubts.ts'
import { keepIfSame, SummedEdge } from './summed-edge.ts'
import { VersionedMap } from './versioned-map.ts'

/** The connections from one node of a view to another. */
class EdgeEntry implements EdgeHandle {
  readonly key: string
  readonly source: string
  readonly target: string
  /** The sums of the reports that have connections within them; undefined when none ever had. */
  within: BySlot<EdgeSum> | undefined
  /** Stitched flows; undefined when there never were any. */
  across: FlowsAcross | undefined
  /** Of a link that was told, not traced. */
  link: EdgeSum | undefined
  sum: EdgeSum | undefined
  /** As shown; undefined while nothing is. */
  edge: ViewEdge | undefined
  /** Whether it may be another edge than it was at the last {@link EdgeTable.settle}. */
  isDirty = false

  constructor(key: string, source: string, target: string) {
    this.key = key
    this.source = source
    this.target = target
  }
}

/** What an edge table does not decide itself. */
export interface EdgeTableOptions {
  /** Whether stitched connections within this node are shown as an edge to itself. */
  readonly keepsSelfEdge: (node: string) => boolean
  /** Called with the ends of an edge that came or went. */
  readonly endsChanged: (source: string, target: string) => void
}

/**
 * The stage that adds up the edges of a view from the connections within reports and the stitched flows. Only edges with
 * another part than before are added up again.
 */
export class EdgeTable {
  readonly #options: EdgeTableOptions
  readonly #entries = new Map<string, EdgeEntry>()
  readonly #bySource = new Map<string, Few<EdgeEntry>>()
  readonly #byTarget = new Map<string, Few<EdgeEntry>>()
  #dirty: EdgeEntry[] = []
  readonly #edges = new VersionedMap<ViewEdge>()
  readonly #doubts = new PlacedDoubts()
  #links: ReadonlyMap<string, ViewLink> = new Map()

  constructor(options: EdgeTableOptions) {
    this.#options = options
  }

  /** The edges as of the last {@link settle}, by id. What was returned never changes. */
  get edges(): ReadonlyMap<string, ViewEdge> {
    return this.#edges.version()
  }

  /**
   * Takes what a slot has now.
   *
   * @param before what it had, if anything
   */
  take(slot: Slot, before: Fragment | undefined): void {
    const sums = sumsIn(slot.fragment)
    if (before) for (const key of sumsIn(before).keys()) if (!sums.has(key)) this.#leave(slot, key)
    for (const [key, sum] of sums) {
      const entry = this.#entry(key, sum.source, sum.target)
      const known = entry.within?.get(slot)
      if (known !== undefined && sameSums(known, sum)) continue
      entry.within ??= new BySlot()
      entry.within.set(slot, sum)
      this.#mayDiffer(entry)
    }
  }

  /** Takes a slot for empty. */
  leave(slot: Slot): void {
    for (const key of sumsIn(slot.fragment).keys()) this.#leave(slot, key)
  }

  #leave(slot: Slot, key: string): void {
    const entry = this.#entries.get(key)
    if (entry?.within?.delete(slot)) this.#mayDiffer(entry)
  }

  add(placed: PlacedFlow): void {
    const entry = this.#entry(edgeKey(placed.source, placed.target), placed.source, placed.target)
    entry.across ??= new FlowsAcross(entry.key)
    entry.across.add(placed)
    placed.edge = entry
    this.#mayDiffer(entry)
  }

  remove(placed: PlacedFlow): void {
    const entry = placed.edge
    if (entry instanceof EdgeEntry && entry.across?.delete(placed)) this.#mayDiffer(entry)
  }

  /** Call when a flow has other numbers, or another port. */
  flowMoved(placed: PlacedFlow): void {
    const entry = placed.edge
    if (!(entry instanceof EdgeEntry) || entry.across === undefined) return
    entry.across.changed(placed)
    this.#mayDiffer(entry)
  }

  /** Takes edges between these nodes for estimated, where there are any. */
  addDoubt(doubt: PlacedDoubt): void {
    this.#doubts.add(doubt)
    this.#doubtChanged(doubt)
  }

  removeDoubt(doubt: PlacedDoubt): void {
    this.#doubts.remove(doubt)
    this.#doubtChanged(doubt)
  }

  #doubtChanged({ sources, targets }: PlacedDoubt): void {
    for (const source of sources) {
      const entries = this.#bySource.get(source)
      if (targets.size < countOf(entries))
        for (const target of targets) this.#mayDiffer(this.#entries.get(edgeKey(source, target)))
      else for (const entry of eachOf(entries)) if (targets.has(entry.target)) this.#mayDiffer(entry)
    }
  }

  #mayDiffer(entry: EdgeEntry | undefined): void {
    if (entry === undefined || entry.isDirty) return
    entry.isDirty = true
    this.#dirty.push(entry)
  }

  /** Takes these links for all that there are. */
  setLinks(links: readonly ViewLink[]): void {
    const before = this.#links
    this.#links = new Map(links.map((link) => [edgeKey(link.source, link.target), link]))
    for (const [key, link] of before) if (!this.#links.has(key)) this.#setLink(key, link, undefined)
    for (const [key, link] of this.#links)
      if (!equalValues(link, before.get(key))) this.#setLink(key, link, sumOfLink(link))
  }

  #setLink(key: string, { source, target }: ViewLink, sum: EdgeSum | undefined): void {
    const entry = this.#entry(key, source, target)
    entry.link = sum
    this.#mayDiffer(entry)
  }

  /** Call when what {@link EdgeTableOptions.keepsSelfEdge} says of a node may have changed. */
  nodeChanged(id: string): void {
    this.#mayDiffer(this.#entries.get(edgeKey(id, id)))
  }

  /**
   * Brings the edges up to date.
   *
   * @param earlier the edges of a previous view, by id, of which equal ones are taken where this table has none
   * @returns the ids of those that changed, came or went
   */
  settle(earlier?: ReadonlyMap<string, ViewEdge>): readonly string[] {
    const changed: string[] = []
    for (const entry of this.#dirty) {
      entry.isDirty = false
      const before = entry.edge
      const edge = this.#finish(entry, earlier)
      entry.edge = edge
      if (edge === before) continue
      const id = edge?.id ?? before?.id ?? ''
      changed.push(id)
      if (edge) this.#edges.set(id, edge)
      else this.#edges.delete(id)
      if (before === undefined || edge === undefined) this.#options.endsChanged(entry.source, entry.target)
    }
    this.#dirty = []
    return changed
  }

  /** How many edges have changed since the last {@link settle}. */
  get unsettled(): number {
    return this.#dirty.length
  }

  /** Forgets edges that have come and gone since the last {@link settle}. */
  forgetGone(): void {
    this.#dirty = this.#dirty.filter((entry) => {
      if (!isEmpty(entry) || entry.sum !== undefined || entry.edge !== undefined) return true
      entry.isDirty = false
      this.#drop(entry)
      return false
    })
  }

  /** Whether an edge begins or ends at a node. */
  isConnected(id: string): boolean {
    return isShown(this.#bySource.get(id)) || isShown(this.#byTarget.get(id))
  }

  /** The edges that begin or end at a node, each once, as of the last {@link settle}. */
  edgesOf(id: string): readonly ViewEdge[] {
    const edges: ViewEdge[] = []
    for (const { edge } of eachOf(this.#bySource.get(id))) if (edge) edges.push(edge)
    for (const { source, edge } of eachOf(this.#byTarget.get(id))) if (edge && source !== id) edges.push(edge)
    return edges
  }

  /** The targets of a node's edges, sorted; undefined when it has none. */
  targetsOf(id: string): readonly string[] | undefined {
    const targets: string[] = []
    for (const { target, edge } of eachOf(this.#bySource.get(id))) if (edge) targets.push(target)
    return targets.length === 0 ? undefined : withoutRoom(targets.sort())
  }

  /** The stitched flows from (`source`) or to (`target`) a node, in a fixed order. */
  flowsOf(id: string, as: 'source' | 'target'): readonly PlacedFlow[] {
    const entries = (as === 'source' ? this.#bySource : this.#byTarget).get(id)
    return [...eachOf(entries)].flatMap((entry) => this.#across(entry)).sort(inOrder)
  }

  /** The stitched flows from one node to another, in a fixed order. */
  flowsBetween(source: string, target: string): readonly PlacedFlow[] {
    const entry = this.#entries.get(edgeKey(source, target))
    return entry === undefined ? [] : this.#across(entry)
  }

  #entry(key: string, source: string, target: string): EdgeEntry {
    const known = this.#entries.get(key)
    if (known) return known
    const made = new EdgeEntry(key, source, target)
    this.#entries.set(key, made)
    addTo(this.#bySource, source, made)
    addTo(this.#byTarget, target, made)
    return made
  }

  #drop(entry: EdgeEntry): void {
    this.#entries.delete(entry.key)
    removeFrom(this.#bySource, entry.source, entry)
    removeFrom(this.#byTarget, entry.target, entry)
  }

  #finish(entry: EdgeEntry, earlierEdges: ReadonlyMap<string, ViewEdge> | undefined): ViewEdge | undefined {
    if (isEmpty(entry)) this.#drop(entry)
    const before = entry.sum
    const sum = this.#onlyPartOf(entry) ?? sumOf(this.#partsOf(entry), before)
    if (sum === undefined) {
      entry.sum = undefined
      return undefined
    }
    const known = entry.edge instanceof SummedEdge ? entry.edge : undefined
    const isEstimated = sum.totals.estimated || this.#isDoubtful(entry)
    // Where numbers are only shared out otherwise between others, their sum stays.
    if (known && before && (known.estimated === true) === isEstimated && sameSums(before, sum)) return known
    entry.sum = sum
    const edge = edgeOf(sum, isEstimated, { sum: before, edge: known })
    return keepIfSame<ViewEdge>(entry.edge ?? earlierEdges?.get(edge.id), edge)
  }

  /** Whether there may be connections that nobody told of. */
  #isDoubtful({ source, target }: EdgeEntry): boolean {
    return this.#doubts.has(source, target) && (source !== target || this.#options.keepsSelfEdge(source))
  }

  /** What an edge is made of, if that is one part alone, as of most edges; found without making a list. */
  #onlyPartOf(entry: EdgeEntry): EdgeSum | undefined {
    const { within, link } = entry
    if (link !== undefined) return undefined
    const across = this.#shownAcross(entry)
    if (within === undefined || within.size === 0) return across?.sumOfFew()
    return across === undefined ? within.only : undefined
  }

  #partsOf(entry: EdgeEntry): readonly EdgeSum[] {
    const parts = entry.within === undefined ? [] : sumsWithin(entry.within)
    const across = this.#shownAcross(entry)
    if (across) parts.push(...across.sums())
    if (entry.link) parts.push(entry.link)
    return parts
  }

  #across(entry: EdgeEntry): readonly PlacedFlow[] {
    return this.#shownAcross(entry)?.all() ?? []
  }

  #shownAcross({ source, target, across }: EdgeEntry): FlowsAcross | undefined {
    if (across === undefined || across.size === 0) return undefined
    return source !== target || this.#options.keepsSelfEdge(source) ? across : undefined
  }
}

/** Whether there is nothing that an edge could be made of. */
const isEmpty = ({ within, across, link }: EdgeEntry): boolean =>
  (within?.size ?? 0) + (across?.size ?? 0) === 0 && link === undefined

const inOrder = (a: PlacedFlow, b: PlacedFlow): number => compareFlows(a.flow, b.flow)

const sumsWithin = (within: BySlot<EdgeSum>): EdgeSum[] =>
  [...within.entries()].sort(([a], [b]) => compareSlots(a, b)).map(([, sum]) => sum)

const isShown = (entries: Few<EdgeEntry>): boolean => {
  for (const { edge } of eachOf(entries)) if (edge) return true
  return false
}

const addTo = <T extends object>(sets: Map<string, Few<T>>, key: string, value: T): void => {
  const known = sets.get(key)
  const all = withOne(known, value)
  if (all !== known) sets.set(key, all)
}

const removeFrom = <T extends object>(sets: Map<string, Few<T>>, key: string, value: T): void => {
  const known = sets.get(key)
  const left = withoutOne(known, value)
  if (left === undefined) sets.delete(key)
  else if (left !== known) sets.set(key, left)
}
