import type { NodeSummary, ParentLink } from '../../../api/types.ts'
import { firstById } from '../../first-by-id.ts'
import { type FoldedNode, type GroupRef, isVerified } from '../../grouping/folds/fold.ts'
import { foldMetrics } from '../../grouping/folds/fold-metrics.ts'
import { mergePlacedFolds } from '../../grouping/folds/placed-folds.ts'
import { networksRow } from '../../nodes/groups/networks-row.ts'
import { withTrouble } from '../../nodes/groups/with-trouble.ts'
import { countNodes, type NodeCount } from '../../nodes/node-count.ts'
import { partOfAll, partOfField } from '../../nodes/part-of.ts'
import { unverifiedSummary } from '../../nodes/unverified-summary.ts'
import type { PlacedGroup, PlacedNode } from '../placing/placement.ts'

/** The node of a group, as far as one report knows its members. */
export const placedGroup = (group: PlacedGroup): PlacedNode => ({
  summary: summaryOf(group),
  metrics: foldMetrics(group.nodes.values()),
  group,
})

const summaryOf = (group: PlacedGroup): NodeSummary => {
  const summary = withTrouble(
    verifiedSummaryOf(group),
    Array.from(group.nodes.values(), ({ node }) => node),
  )
  return isVerified(group.nodes.values()) ? summary : unverifiedSummary(summary)
}

const verifiedSummaryOf = ({ tellsNetworks, summarise, parents, nodes }: PlacedGroup): NodeSummary => {
  const summary = {
    ...summarise(countOf(nodes.values()), parents),
    ...partOfField(partOfAll(nodes.values())),
  }
  if (!tellsNetworks) return summary
  const networks = networksRow([...nodes.values()].map(({ node }) => node))
  return { ...summary, metadata: [...(summary.metadata ?? []), ...networks] }
}

/**
 * Merges the nodes that several reports have for the same id. Groups are added up; of any other node that with the
 * highest standing counts, and of equals that of the first report.
 */
export const mergePlaced = (first: PlacedNode, ...others: readonly PlacedNode[]): PlacedNode => {
  if (first.fold)
    return mergePlacedFolds(
      first.fold,
      others.flatMap(({ fold }) => fold ?? []),
    )
  const [best] = [first, ...others].toSorted((a, b) => (b.standing ?? 0) - (a.standing ?? 0))
  const within = mergeById([first, ...others].flatMap((placed): readonly GroupRef[] => placed.within ?? []))
  const groups = [first, ...others].flatMap(({ group }) => group ?? [])
  const [group] = groups
  const merged =
    first.group && group
      ? placedGroup({
          nodes: mergeNodes(groups),
          parents: mergeById(groups.flatMap(({ parents }): readonly ParentLink[] => parents)),
          ...(group.tellsNetworks && { tellsNetworks: true }),
          summarise: group.summarise,
        })
      : (best ?? first)
  return within.length > 0 ? { ...merged, within } : merged
}

/** Each node once, even if several reports have it; that of the first report. */
const mergeNodes = (groups: readonly PlacedGroup[]): PlacedGroup['nodes'] => {
  const merged = new Map<string, FoldedNode>()
  for (const { nodes } of groups) for (const [id, node] of nodes) if (!merged.has(id)) merged.set(id, node)
  return merged
}

const countOf = (nodes: Iterable<FoldedNode>): NodeCount => countNodes(Array.from(nodes, ({ node }) => node))

const mergeById = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] => [
  ...firstById(all).values(),
]
