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
    (tallied) => tallied.left >= 2 && tallied.left < nodes && !isOtherwiseOffered(tallied, groupings),
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

/**
 * Whether another grouping makes the same groups: a coarser one by names of hosts, or for replicas that of services, which takes no
 * guess.
 */
const isOtherwiseOffered = (
  { grouping, left }: TalliedGrouping,
  all: readonly TalliedGrouping[],
): boolean => {
  const coarser = hostNameGroupings.slice(hostNameGroupings.indexOf(grouping) + 1)
  const others = hostNameGroupings.includes(grouping) ? coarser.map(({ value }) => value) : []
  if (grouping.value === 'replicas') others.push('service')
  return all.some((other) => other.left === left && others.includes(other.grouping.value))
}
