import type { ReportNode, Topology } from '../../report/schema.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { Fragment } from '../view/assembling/fragment.ts'

type ByNode = ReadonlyMap<string | undefined, readonly ReportNode[]>

const remembered = new WeakMap<Fragment, Map<Topology, ByNode>>()

/** The nodes of one report that a node of a view stands for. */
export interface Members {
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
    return nodes ? [{ index: fragment.index, nodes }] : []
  })

const byNode = (fragment: Fragment, topology: Topology): ByNode => {
  let ofFragment = remembered.get(fragment)
  if (ofFragment === undefined) {
    ofFragment = new Map()
    remembered.set(fragment, ofFragment)
  }
  const known = ofFragment.get(topology)
  if (known) return known
  const { index, placement } = fragment
  const made = Map.groupBy(index.byTopology[topology], (node) => placement.nodeOf(node.id))
  ofFragment.set(topology, made)
  return made
}
