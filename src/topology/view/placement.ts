import type { MetricRow, NodeSummary, ParentLink } from '../../api/types.ts'
import type { Topology } from '../../report/schema.ts'
import type { Fold, FoldedNode, GroupRef } from '../grouping/folds/fold.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { OptionGroup, ViewOptions } from './options/options.ts'

/** A node of a view as far as one report knows it: without adjacency. */
export interface PlacedNode {
  readonly summary: NodeSummary
  readonly metrics?: readonly MetricRow[] | undefined
  /** Present on a node that stands for several, which other reports may have more of. */
  readonly group?: PlacedGroup
  /** Present on a closed group of a view that is folded. */
  readonly fold?: Fold
  /** The open groups of such a view that it is in, or parts of it are. */
  readonly within?: readonly GroupRef[]
}

/** What is told anew of a group when reports are put together. */
export interface PlacedGroup {
  readonly count: number
  /** The processes or containers that it stands for, by id: their metrics, summed, are those of the group. */
  readonly nodes: ReadonlyMap<string, FoldedNode>
  readonly parents: readonly ParentLink[]
  readonly summarise: (count: number, parents: readonly ParentLink[]) => NodeSummary
}

/** Where the nodes of one report go in a view. */
export interface Placement {
  readonly nodes: ReadonlyMap<string, PlacedNode>
  /** Nodes that the options hide. */
  readonly hidden: number
  /**
   * The node of the view that stands for a process, container, image or host of this report. Undefined: hidden, or
   * nothing in this view stands for it.
   */
  readonly nodeOf: (id: string) => string | undefined
  /**
   * Of a view that is folded: the node of the view without groups that stands for a node of this report. Undefined for
   * what is in no closed group.
   */
  readonly memberOf?: (id: string) => string | undefined
  /**
   * Of a view that is folded: the closed group that all processes of a container or host of this report are in, by its
   * id, whether or not the view shows any of it. Undefined when there is none.
   */
  readonly groupAround?: (id: string) => string | undefined
}

/** What makes a view: everything else is common to all of them. */
export interface ViewDefinition {
  readonly id: string
  readonly name: string
  /** Order among the top views; 0 for a view below another. */
  readonly rank: number
  /** The view that this one is shown below. */
  readonly parent?: string
  readonly hideIfEmpty: boolean
  readonly options: readonly OptionGroup[]
  /** Sorts the nodes of one report into nodes of the view. */
  readonly place: (index: ReportIndex, options: ViewOptions) => Placement
  /**
   * Kinds of holders of an address that tell which node of the view is meant. None where the nodes are processes: any process
   * of the host or container may have been the other end.
   */
  readonly placesOwners: readonly Topology[]
  /** A node that connects to itself has an edge to itself. */
  readonly selfEdges: boolean
  /** Only nodes with an edge are shown. */
  readonly dropsUnconnected: (options: ViewOptions) => boolean
  /** Topologies whose nodes are listed in the details of the node that stands for them. */
  readonly children: readonly Topology[]
}
