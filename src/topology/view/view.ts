import type { NodeSummary, ViewStats } from '../../api/types.ts'
import type { ViewChange } from './changed-since.ts'
import type { ViewEdge } from './view-edge.ts'

/**
 * A graph of nodes and edges made from reports. Nodes and edges that did not change since the previous view are the
 * same objects as in it.
 */
export interface View {
  /** How it differs from the view before it; undefined of the first, and of a view that was made from another. */
  readonly change?: ViewChange
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, ViewEdge>
  readonly stats: ViewStats
  /**
   * In a view with groups: for each closed group, the sorted ids of the nodes that it replaces in the same view
   * without groups. A node that itself stands for several processes or containers may be in more than one group.
   */
  readonly members?: ReadonlyMap<string, readonly string[]>
}
