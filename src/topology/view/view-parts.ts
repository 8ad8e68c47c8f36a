import type { NodeSummary } from '../../api/types.ts'
import type { Flow } from '../connections/flow.ts'
import type { RecordIds } from '../connections/stitching/stitcher.ts'
import type { PlacedFlow } from './assembling/edge.ts'
import type { Fragment } from './assembling/fragment.ts'
import type { ViewOptions } from './options/options.ts'
import type { LeafCounts } from './placing/alike-leaves.ts'
import type { PlacedNode, ViewDefinition } from './placing/placement.ts'

/**
 * The parts that a view is assembled from. They are enough to answer questions about a single node, and valid until the
 * pipeline is asked about another set of reports.
 */
export interface ViewParts {
  readonly definition: ViewDefinition
  readonly options: ViewOptions
  /** Each report's share, in the order of reports. */
  readonly fragments: readonly Fragment[]
  /** Pseudo nodes for the ends of stitched flows that no report node stands for, by id. */
  readonly outside: ReadonlyMap<string, NodeSummary>
  /** By how much folding pseudo nodes that are alike makes the view smaller. */
  readonly leafCounts: LeafCounts
  /** The node that stands for this pseudo node beside others; undefined when it is not folded. */
  foldAround(id: string): string | undefined
  /** A node merged from all reports, without its edges; undefined when the view has no such node. */
  wholeOf(id: string): PlacedNode | undefined
  /** The flows from (`source`) or to (`target`) a node. */
  flowsOf(id: string, as: 'source' | 'target'): readonly PlacedFlow[]
  /** The flows from one node to another. */
  flowsBetween(source: string, target: string): readonly PlacedFlow[]
  /**
   * The flows made from these records that were joined across reports, or that have one end without a known process; and
   * perhaps others, in no particular order.
   */
  flowsFrom(records: RecordIds): Iterable<Flow>
}
