import type { NodeSummary, ViewStats } from '../../api/types.ts'
import type { Flow, NodeRef } from '../connections/flow.ts'
import type { RecordIds, Stitcher } from '../connections/stitching/stitcher.ts'
import type { ChosenView } from '../grouping/choose-view.ts'
import { ConnectedMembers } from '../grouping/folds/connected-members.ts'
import { GroupSizes } from '../grouping/folds/group-sizes.ts'
import { idOfAlike } from '../grouping/group-id.ts'
import type { RenderContext } from '../render-context.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import type { PlacedFlow } from '../view/assembling/edge.ts'
import { EdgeTable } from '../view/assembling/edge-table.ts'
import { type Fragment, makeFragment, type Slot } from '../view/assembling/fragment.ts'
import { chooseLinks } from '../view/assembling/links.ts'
import { NodeTable } from '../view/assembling/node-table.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { LeafCounts } from '../view/placing/alike-leaves.ts'
import { FlowPlacer } from '../view/placing/flow-placer.ts'
import type { PlacedNode, ViewDefinition } from '../view/placing/placement.ts'
import type { View } from '../view/view.ts'
import type { ViewEdge } from '../view/view-edge.ts'
import type { ViewParts } from '../view/view-parts.ts'
import { changesIn } from './changed-reports.ts'
import type { IndexedReport, IndexedReports } from './indexed-reports.ts'
import { PlacedPieces } from './placed-pieces.ts'

/** With fewer changes that nobody has asked about it is not worth looking for what has gone. */
const FORGET_FROM = 100

/**
 * The stages of one view with one set of options: place and fold the nodes of each report, place the stitched flows, add
 * up edges, finish nodes. Each takes only what changed since this view was last asked for.
 */
export class ViewStages implements ViewParts {
  readonly #chosen: ChosenView
  readonly #stitcher: Stitcher
  readonly #slots = new Map<IndexedReport, Slot>()
  /** By the latest index of the reports. */
  readonly #byIndex = new Map<ReportIndex, Fragment>()
  /** Pieces whose flows may have ends in other nodes than before. */
  readonly #displaced = new Set<number>()
  readonly #nodes: NodeTable
  readonly #edges: EdgeTable
  readonly #placer: FlowPlacer
  readonly #members: ConnectedMembers | undefined
  readonly #sizes: GroupSizes
  readonly #pieces: PlacedPieces
  #forgetFrom = FORGET_FROM
  #reports: IndexedReports = []
  #inOrder: readonly Fragment[] = []
  #version: number | undefined
  /** Whether the view was asked for: until then only its parts are, and the connections within reports are not added up. */
  #isAssembled = false
  #earlier: View | undefined
  #view: View | undefined

  /** @param earlier the previous view with these options; nodes and edges that are equal are taken from it */
  constructor(
    chosen: ChosenView,
    stitcher: Stitcher,
    { isNamedService }: RenderContext,
    earlier: View | undefined,
  ) {
    this.#chosen = chosen
    this.#sizes = new GroupSizes(chosen)
    this.#stitcher = stitcher
    this.#earlier = earlier
    const { definition, options, folding } = chosen
    const dropsUnconnected = definition.dropsUnconnected(options)
    const placementAt = (at: ReportIndex) => this.#byIndex.get(at)?.placement
    const nodeOf = ({ id, at }: NodeRef) => placementAt(at)?.nodeOf(id)
    const members =
      folding && dropsUnconnected
        ? new ConnectedMembers(({ id, at }) => placementAt(at)?.memberOf?.(id))
        : undefined
    this.#members = members
    const hasMembers = ({ source, target }: PlacedFlow) => source !== target || definition.selfEdges
    this.#edges = new EdgeTable({
      keepsSelfEdge: (id) => definition.selfEdges && !this.#nodes.isPseudo(id),
      endsChanged: (source, target) => {
        this.#nodes.edgesChanged(source)
        this.#nodes.edgesChanged(target)
      },
    })
    this.#nodes = new NodeTable({
      dropsUnconnected,
      isConnected: (id) => this.#edges.isConnected(id),
      targetsOf: (id) => this.#edges.targetsOf(id),
      outside: () => this.#placer.outside,
      outsideMembers: (id) => this.#placer.membersOf(id),
      reduced: (placed) => members?.reduced(placed) ?? placed,
    })
    this.#placer = new FlowPlacer(
      definition,
      isNamedService,
      {
        nodeOf,
        groupAround: ({ id, at }: NodeRef) => placementAt(at)?.groupAround?.(id),
        isThere: (id) => this.#nodes.isPlaced(id),
      },
      {
        add: (placed) => {
          this.#edges.add(placed)
          if (hasMembers(placed)) members?.add(placed)
        },
        remove: (placed) => {
          this.#edges.remove(placed)
          members?.remove(placed)
        },
        retell: (placed, flow) => {
          members?.remove(placed)
          placed.flow = flow
          if (hasMembers(placed)) members?.add(placed)
        },
        moved: (placed) => this.#edges.flowMoved(placed),
      },
      folding && { idOf: (key) => idOfAlike(folding.grouping.value, key), open: folding.open },
      (id) => {
        this.#nodes.nodeChanged(id)
        this.#edges.nodeChanged(id)
      },
    )
    this.#pieces = new PlacedPieces(stitcher, {
      placer: this.#placer,
      nodeOf,
      addDoubt: (doubt) => this.#edges.addDoubt(doubt),
      removeDoubt: (doubt) => this.#edges.removeDoubt(doubt),
    })
  }

  get definition(): ViewDefinition {
    return this.#chosen.definition
  }

  get options(): ViewOptions {
    return this.#chosen.options
  }

  get fragments(): readonly Fragment[] {
    return this.#inOrder
  }

  get outside(): ReadonlyMap<string, NodeSummary> {
    return this.#placer.outside
  }

  get leafCounts(): LeafCounts {
    return this.#placer.leafCounts
  }

  foldAround(id: string): string | undefined {
    const shown = this.#placer.shownAs(id)
    return shown === id ? undefined : shown
  }

  wholeOf(id: string): PlacedNode | undefined {
    return this.#nodes.wholeOf(id)
  }

  flowsOf(id: string, as: 'source' | 'target'): readonly PlacedFlow[] {
    const within = this.#inOrder.flatMap(
      (fragment) => fragment.derived.of(flowsByNode, fragment)[as].get(id) ?? [],
    )
    return [...within, ...this.#edges.flowsOf(id, as)]
  }

  flowsBetween(source: string, target: string): readonly PlacedFlow[] {
    const within = this.#inOrder.flatMap((fragment) =>
      (fragment.derived.of(flowsByNode, fragment).source.get(source) ?? []).filter(
        (placed) => placed.target === target,
      ),
    )
    return [...within, ...this.#edges.flowsBetween(source, target)]
  }

  flowsFrom(records: RecordIds): Iterable<Flow> {
    return this.#stitcher.flowsFrom(records)
  }

  /** The version of the stitcher that this view's flows are of; undefined before the first update. */
  get version(): number | undefined {
    return this.#version
  }

  /** Takes over what changed in the reports and the stitched flows. */
  update(reports: IndexedReports): void {
    if (reports !== this.#reports) this.#swapFragments(reports)
    if (this.#version !== this.#stitcher.version) this.#placeFlows()
    this.#forgetGone()
  }

  /** How much has changed since the {@link view} was asked for last. */
  get unsettled(): number {
    return this.#edges.unsettled + this.#nodes.unsettled + (this.#members?.untaken ?? 0)
  }

  /** Where nobody asks for the view, but for parts of it, what comes and goes must not add up. */
  #forgetGone(): void {
    if (this.unsettled < this.#forgetFrom) return
    this.#edges.forgetGone()
    this.#members?.forgetUnchanged()
    this.#nodes.forgetGone()
    this.#forgetFrom = 2 * this.unsettled + FORGET_FROM
  }

  /** The view as of the last update. The same object as long as nothing in it changes. */
  view(): View {
    this.#assemble()
    const earlier = this.#view ?? this.#earlier
    this.#earlier = undefined
    const edges = this.#edges.settle(earlier?.edges)
    if (this.#members) this.#nodes.membersChanged(this.#members.takeChanged())
    const nodes = this.#nodes.settle(earlier?.nodes)
    const stats = this.#stats()
    const hasOtherMembers = this.#nodes.takeMembersChanged()
    const before = this.#view
    if (
      before !== undefined &&
      edges.length + nodes.length === 0 &&
      !hasOtherMembers &&
      before.stats.filtered_nodes === stats.filtered_nodes
    )
      return before
    const { members } = this.#nodes
    this.#view = {
      nodes: this.#nodes.nodes,
      edges: this.#edges.edges,
      stats,
      ...(members.size > 0 ? { members } : {}),
      ...(before ? { change: { since: new WeakRef(before), nodes, edges } } : {}),
    }
    return this.#view
  }

  #assemble(): void {
    if (this.#isAssembled) return
    this.#isAssembled = true
    for (const slot of this.#slots.values()) this.#edges.take(slot, undefined)
  }

  /** The edges of the latest {@link view} that begin or end at a node, each once. */
  edgesOf(id: string): readonly ViewEdge[] {
    return this.#edges.edgesOf(id)
  }

  #swapFragments(reports: IndexedReports): void {
    const { gone, come, places } = changesIn(this.#reports, reports)
    this.#reports = reports
    const left = new Map<ReportIndex, Slot>()
    for (const report of gone) {
      const slot = this.#slots.get(report)
      if (slot === undefined) continue
      const { latest } = report.index
      this.#slots.delete(report)
      this.#byIndex.delete(latest)
      this.#members?.removeFragment(slot.fragment)
      this.#sizes.remove(report.index)
      left.set(latest, slot)
    }
    for (const report of come) this.#sizes.add(report.index)
    const toggled = this.#sizes.takeToggled()
    if (toggled.size > 0) {
      for (const report of reports) if (this.#sizes.isWithin(report.index, toggled)) this.#displace(report)
      for (const [report, slot] of this.#slots) {
        if (!this.#sizes.hasMembers(report.index, toggled)) continue
        this.#members?.removeFragment(slot.fragment)
        this.#take(report, slot)
      }
    }
    for (const report of come) {
      this.#take(report, left.get(report.index.latest))
      left.delete(report.index.latest)
    }
    for (const slot of left.values()) this.#leave(slot)
    if (places === undefined || toggled.size > 0)
      this.#inOrder = reports.flatMap((report) => this.#slots.get(report)?.fragment ?? [])
    else {
      const inOrder = [...this.#inOrder]
      for (const place of places) {
        const report = reports[place]
        const slot = report && this.#slots.get(report)
        if (slot) inOrder[place] = slot.fragment
      }
      this.#inOrder = inOrder
    }
    this.#edges.setLinks(chooseLinks(this.#inOrder))
  }

  /** @param known the slot that the probe's report before has left */
  #take(report: IndexedReport, known: Slot | undefined): void {
    const before = known?.fragment
    const fragment = makeFragment(report, this.#chosen, (group) => this.#sizes.isFolded(group), before)
    const slot = known ?? { fragment }
    slot.fragment = fragment
    this.#slots.set(report, slot)
    this.#byIndex.set(report.index.latest, fragment)
    if (before && !placesAlike(fragment, before)) this.#displace(report)
    this.#nodes.take(slot, before)
    if (this.#isAssembled) this.#edges.take(slot, before)
    this.#members?.addFragment(fragment)
    if (fragment.pseudo === before?.pseudo) return
    for (const id of before?.pseudo ?? []) if (!fragment.pseudo.has(id)) this.#edges.nodeChanged(id)
    for (const id of fragment.pseudo) if (!before?.pseudo.has(id)) this.#edges.nodeChanged(id)
  }

  #displace(report: IndexedReport): void {
    for (const piece of this.#stitcher.piecesAbout(report)) this.#displaced.add(piece)
  }

  #leave(slot: Slot): void {
    this.#nodes.leave(slot)
    if (this.#isAssembled) this.#edges.leave(slot)
    for (const id of slot.fragment.pseudo) this.#edges.nodeChanged(id)
  }

  #placeFlows(): void {
    const changes = this.#version === undefined ? undefined : this.#stitcher.changesSince(this.#version)
    const come = new Set(changes ? [] : this.#stitcher.pieces)
    const changed = new Set<number>()
    if (changes === undefined) for (const piece of [...this.#pieces.ids]) this.#pieces.remove(piece)
    for (const change of changes ?? []) {
      for (const piece of change.gone) {
        changed.delete(piece)
        if (!come.delete(piece)) this.#pieces.remove(piece)
      }
      for (const piece of change.changed) if (!come.has(piece)) changed.add(piece)
      for (const piece of change.come) come.add(piece)
    }
    for (const piece of this.#displaced) {
      changed.delete(piece)
      if (come.has(piece) || !this.#pieces.has(piece)) continue
      this.#pieces.remove(piece)
      come.add(piece)
    }
    this.#displaced.clear()
    for (const piece of changed) this.#pieces.replace(piece)
    this.#placer.groupsChanged(this.#nodes.takeToggled())
    for (const piece of come) this.#pieces.add(piece)
    this.#version = this.#stitcher.version
    this.#placer.settle()
  }

  #stats(): ViewStats {
    let { hidden } = this.#nodes
    for (const { placement } of this.#inOrder) hidden += placement.hidden
    return {
      node_count: this.#nodes.nodes.size,
      nonpseudo_node_count: this.#nodes.nonPseudo,
      edge_count: this.#edges.edges.size,
      filtered_nodes: hidden,
    }
  }
}

/** Whether what two reports in succession both have is part of the same nodes and groups of the view. */
const placesAlike = ({ index, placement }: Fragment, { placement: before }: Fragment): boolean => {
  if (
    placement.nodeOf === before.nodeOf &&
    placement.memberOf === before.memberOf &&
    placement.groupAround === before.groupAround
  )
    return true
  for (const id of index.nodes.keys())
    if (
      placement.nodeOf(id) !== before.nodeOf(id) ||
      placement.memberOf?.(id) !== before.memberOf?.(id) ||
      placement.groupAround?.(id) !== before.groupAround?.(id)
    )
      return false
  return true
}

const flowsByNode = ({ pairs }: Fragment) => ({
  source: Map.groupBy(pairs, ({ source }) => source),
  target: Map.groupBy(pairs, ({ target }) => target),
})
