import type { MetricRow, NodeSummary, ParentLink } from '../../../api/types.ts'
import type { Topology } from '../../../report/schema.ts'
import type { Fold, FoldedNode, GroupRef } from '../../grouping/folds/fold.ts'
import type { NodeCount } from '../../nodes/node-count.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import type { OptionGroup, ViewOptions } from '../options/options.ts'

/** A node of a view, made from a single report and without its edges. */
export interface PlacedNode {
  readonly summary: NodeSummary
  /** Of a node that stands for several. */
  readonly metrics?: readonly MetricRow[] | undefined
  /** The node of the report that it stands for, where that is one alone: its metrics are those of that node in the latest report. */
  readonly of?: FoldedNode
  /** Present on a node that stands for several processes or containers. Other reports may add more of them. */
  readonly group?: PlacedGroup
  /** In a view with groups: present on a node that is a closed group. */
  readonly fold?: Fold
  /** In a view with groups: the open groups that this node, or a part of it, belongs to. */
  readonly within?: readonly GroupRef[]
  /** Of the nodes that several reports have for one id, that with the highest counts; 0 by default, and of equals the first. */
  readonly standing?: number
}

/** A connection between two nodes of a view that is none of processes: it was told, not traced. */
export interface ViewLink {
  readonly source: string
  readonly target: string
  readonly isOpen: boolean
  /** Since when it is as it is: ms since 1970. */
  readonly sinceMs: number
}

/** The parts of a group node from which it is made again when the nodes of several reports are merged. */
export interface PlacedGroup {
  /** The processes or containers in the group, by id. The group's metrics are the sums of theirs. */
  readonly nodes: ReadonlyMap<string, FoldedNode>
  readonly parents: readonly ParentLink[]
  /** Whether the node is to tell the networks of its containers; no unless told. */
  readonly tellsNetworks?: boolean
  /** @param count how many processes or containers there are in the group */
  readonly summarise: (count: NodeCount, parents: readonly ParentLink[]) => NodeSummary
}

/** Maps the nodes of one report to nodes of a view. */
export interface Placement {
  readonly nodes: ReadonlyMap<string, PlacedNode>
  /** How many nodes the options hide. */
  readonly hidden: number
  /** The links that the report tells of, and the node for which it speaks itself. */
  readonly links?: { readonly own: string; readonly all: readonly ViewLink[] }
  /**
   * Id of the view's node that stands for a process, container, image or host of this report. Undefined when the
   * options hide it or the view has no node for it.
   */
  readonly nodeOf: (id: string) => string | undefined
  /**
   * In a view with groups: maps a node of this report to its node in the same view without groups. Undefined for a
   * node that is in no closed group.
   */
  readonly memberOf?: (id: string) => string | undefined
  /**
   * In a view with groups: id of the closed group that contains all processes of a container or host of this report,
   * even when the view shows none of them. Undefined when there is no such group.
   */
  readonly groupAround?: (id: string) => string | undefined
}

/** The definition of a view: everything in which views differ. */
export interface ViewDefinition {
  readonly id: string
  readonly name: string
  /** Position among the top-level views; 0 for a view below another. */
  readonly rank: number
  /** Id of the top-level view that this one is listed under. */
  readonly parent?: string
  readonly hideIfEmpty: boolean
  readonly options: readonly OptionGroup[]
  /**
   * Whether each node that it places has the metrics of a node of the report ({@link PlacedNode.of}), or none; all else depends only on
   * the nodes and addresses that the report tells of. No by default.
   */
  readonly standsForSingles?: true
  /** Sorts the nodes of one report into nodes of the view. */
  readonly place: (index: ReportIndex, options: ViewOptions) => Placement
  /**
   * Topologies of address owners that identify a node of the view. When the owner of a remote address has one of
   * these topologies, the edge ends at the owner's node. Empty where the nodes are processes: any process of the
   * owning host or container may have been the other end.
   */
  readonly placesOwners: readonly Topology[]
  /** Whether a connection within one node is shown as an edge from that node to itself. */
  readonly selfEdges: boolean
  /** Whether, with these options, nodes without an edge are left out. */
  readonly dropsUnconnected: (options: ViewOptions) => boolean
  /** Topologies of the report nodes that the details of a view's node list as its children. */
  readonly children: readonly Topology[]
}
