import type { Shape } from '../../../api/types.ts'
import { withTrouble } from '../../nodes/groups/with-trouble.ts'
import { unverifiedSummary } from '../../nodes/unverified-summary.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { tellsNetworks } from '../../view/options/networks-option.ts'
import type { ViewOptions } from '../../view/options/options.ts'
import type { PlacedNode, Placement } from '../../view/placing/placement.ts'
import { type Grouping, restGroup } from '../grouping.ts'
import type { Membership } from '../memberships.ts'
import { type Fold, type FoldedMember, foldSummary, type GroupRef, isVerified, mergeFolds } from './fold.ts'
import { foldMetrics } from './fold-metrics.ts'

/** A closed group as a node of a view. */
export const placedFold = (fold: Fold): PlacedNode => {
  const summary = withTrouble(
    foldSummary(fold),
    Array.from(fold.nodes.values(), ({ node }) => node),
  )
  return {
    summary: isVerified(fold.nodes.values()) ? summary : unverifiedSummary(summary),
    metrics: foldMetrics(fold.nodes.values()),
    fold,
  }
}

/** A closed group that several reports have, as one node. */
export const mergePlacedFolds = (first: Fold, others: readonly Fold[]): PlacedNode =>
  placedFold(mergeFolds(first, ...others))

/**
 * The closed groups of one report as nodes of a view, by id.
 *
 * @param plain the placement of the view without groups
 * @param options those of the view
 * @param closed every node of the report that is in a closed group
 */
export const placedFolds = (
  index: ReportIndex,
  plain: Placement,
  grouping: Grouping,
  options: ViewOptions,
  closed: Iterable<{ readonly ref: GroupRef; readonly membership: Membership }>,
): ReadonlyMap<string, PlacedNode> => {
  const folds = new Map<string, { fold: Fold; members: Set<string>; nodes: Map<string, FoldedMember> }>()
  for (const { ref, membership } of closed) {
    const { group, viewNode, holder } = membership
    let made = folds.get(ref.id)
    if (made === undefined) {
      const members = new Set<string>()
      const nodes = new Map<string, FoldedMember>()
      const shape: Shape = plain.nodes.get(viewNode)?.summary.shape ?? 'square'
      made = {
        fold: {
          group: ref,
          kind: grouping.label,
          isOfReplicas: grouping.value === 'service' || grouping.value === 'replicas',
          isRest: group === restGroup,
          tellsNetworks: tellsNetworks(options),
          place: group.place,
          shape,
          members,
          nodes,
        },
        members,
        nodes,
      }
      folds.set(ref.id, made)
    }
    made.members.add(viewNode)
    made.nodes.set(holder.id, { node: holder, index, viewNode })
  }
  return new Map([...folds].map(([id, { fold }]) => [id, placedFold(fold)]))
}
