import type { Edge, NodeSummary, ViewStats } from '../../api/types.ts'

/** A graph made of reports. What did not change since the view before is the same object as in it. */
export interface View {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
  readonly stats: ViewStats
  /**
   * Of a view that is folded: the nodes of the view without groups that each closed group stands for, in order. A node that
   * stands for several itself may be in more than one.
   */
  readonly members?: ReadonlyMap<string, readonly string[]>
}
