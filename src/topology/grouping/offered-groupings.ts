import type { GroupingOffer } from '../../api/types.ts'
import { alike, fixedGroupings, hostNameGroupings } from './grouping.ts'
import type { GroupingTally, TalliedGrouping } from './tally.ts'

const MAX_LABELS = 8

/**
 * The groupings worth offering for a view, each with its number of groups: those that reduce the number of nodes, but
 * not to fewer than two. Of the groupings by label, only those that reduce it most.
 *
 * @param alikes how many nodes stand for pseudo nodes that are alike when these are folded
 */
export const offeredGroupings = ({ nodes, groupings }: GroupingTally, alikes: number): GroupingOffer[] => {
  const offered = groupings.filter(
    (tallied) => tallied.left >= 2 && tallied.left < nodes && !hasCoarserAlike(tallied, groupings),
  )
  const isFixed = ({ grouping }: TalliedGrouping) =>
    fixedGroupings.some(({ value }) => value === grouping.value)
  const labels = offered
    .filter((offer) => !isFixed(offer))
    .sort((a, b) => a.left - b.left || (a.grouping.value < b.grouping.value ? -1 : 1))
    .slice(0, MAX_LABELS)
  const byKind = [
    ...fixedGroupings.flatMap(({ value }) => offered.filter(({ grouping }) => grouping.value === value)),
    ...labels,
  ].map(({ grouping: { value, label }, groups, rest }) => ({ value, label, count: groups, rest }))
  return alikes > 0 ? [...byKind, { value: alike.value, label: alike.label, count: alikes, rest: 0 }] : byKind
}

/** Whether a grouping by names of hosts makes the same groups as a coarser one. */
const hasCoarserAlike = ({ grouping, left }: TalliedGrouping, all: readonly TalliedGrouping[]): boolean =>
  hostNameGroupings
    .slice(hostNameGroupings.indexOf(grouping) + 1)
    .some(
      ({ value }) =>
        hostNameGroupings.includes(grouping) &&
        all.some((other) => other.grouping.value === value && other.left === left),
    )
