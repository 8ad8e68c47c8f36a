import type { Edge, NodeSummary, ViewStats } from '../types.ts'

/** A graph made of reports. What did not change since the view before is the same object as in it. */
export interface View {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
  readonly stats: ViewStats
  /** Where nodes stand for a closed group: ids of the nodes of the ungrouped view in each, by id of its node. */
  readonly members?: ReadonlyMap<string, readonly string[]>
}
