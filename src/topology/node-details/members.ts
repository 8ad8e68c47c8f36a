import type { ReportNode, Topology } from '../../report/schema.ts'
import type { IndexedReport } from '../pipeline/indexed-reports.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import type { Fragment } from '../view/assembling/fragment.ts'

type ByNode = ReadonlyMap<string | undefined, readonly ReportNode[]>

const membersByTopology = (): Map<Topology, ByNode> => new Map()

/** The nodes of one report that a node of a view stands for. */
export interface Members {
  readonly of: IndexedReport
  readonly index: ReportIndex
  readonly nodes: readonly ReportNode[]
}

/**
 * The report nodes that a node of a view stands for, report by report. Each report is indexed once for all nodes of
 * the view.
 */
export const membersOf = (
  fragments: readonly Fragment[],
  nodeId: string,
  topology: Topology,
): readonly Members[] =>
  fragments.flatMap((fragment) => {
    const nodes = byNode(fragment, topology).get(nodeId)
    return nodes ? [{ of: fragment.of, index: fragment.index, nodes }] : []
  })

const byNode = (fragment: Fragment, topology: Topology): ByNode => {
  const byTopology = fragment.derived.of(membersByTopology, undefined)
  const known = byTopology.get(topology)
  if (known) return known
  const { index, placement } = fragment
  const made = Map.groupBy(index.byTopology[topology], (node) => placement.nodeOf(node.id))
  byTopology.set(topology, made)
  return made
}
