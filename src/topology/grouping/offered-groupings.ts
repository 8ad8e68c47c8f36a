import type { GroupingOffer } from '../../api/types.ts'
import type { ReportNode } from '../../report/schema.ts'
import { keepLatest } from '../keep-latest.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { Placement, ViewDefinition } from '../view/placing/placement.ts'
import { fixedGroupings, type Grouping, labelGrouping, subjectOf } from './grouping.ts'
import { shownIn } from './memberships.ts'
import { plainKey, plainPlacement } from './plain-placement.ts'

const MAX_LABELS = 8

/** Labels that tools set for their own purposes; grouping by them is not offered. */
const BOOKKEEPING =
  /^(com\.docker\.|desktop\.docker\.|org\.opencontainers\.|org\.label-schema\.|io\.buildah\.|io\.podman\.|annotation\.|io\.kubernetes\.container\.|maintainer$|build|version$|vcs-|architecture$|release$|description$|url$)/i

/**
 * The groupings worth offering for a view, each with its number of groups: those that reduce the number of nodes, but
 * not to fewer than two. Of the groupings by label, only those that reduce it most.
 *
 * @param definition of the view without groups
 * @param options a value for every option of the view
 */
export const offeredGroupings = (
  definition: ViewDefinition,
  options: ViewOptions,
  indexes: readonly ReportIndex[],
): GroupingOffer[] => {
  const tallies = indexes.map((index) => tallyOf(definition, options, index))
  const nodes = new Set(tallies.flatMap(({ nodes }) => [...nodes]))
  const offers = [...new Set(tallies.flatMap(({ byGrouping }) => [...byGrouping.values()]))]
  const byValue = Map.groupBy(offers, ({ grouping }) => grouping.value)
  const offered = [...byValue].flatMap(([value, parts]) => {
    const [first] = parts
    const groups = new Set(parts.flatMap((part) => [...part.groups]))
    const grouped = new Set(parts.flatMap((part) => [...part.grouped]))
    const left = nodes.size - grouped.size + groups.size
    return first && left >= 2 && left < nodes.size
      ? [{ value, label: first.grouping.label, count: groups.size, left }]
      : []
  })
  const isFixed = ({ value }: GroupingOffer) => fixedGroupings.some((grouping) => grouping.value === value)
  const labels = offered
    .filter((offer) => !isFixed(offer))
    .sort((a, b) => a.left - b.left || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_LABELS)
  return [
    ...fixedGroupings.flatMap(({ value }) => offered.filter((offer) => offer.value === value)),
    ...labels,
  ].map(({ value, label, count }) => ({ value, label, count }))
}

/** The result of a grouping for one report. */
interface Folding {
  readonly grouping: Grouping
  /** Keys of the groups. */
  readonly groups: Set<string>
  /** Nodes of the view that are in one of these groups. */
  readonly grouped: Set<string>
}

interface Tally {
  /** Nodes of the view, without pseudo nodes. */
  readonly nodes: ReadonlySet<string>
  readonly byGrouping: ReadonlyMap<string, Folding>
}

// By the list of nodes, which stays the same object across reports while no node changes.
const tallies = (): WeakMap<readonly ReportNode[], Map<string, Tally>> => new WeakMap()
const MAX_TALLIES = 64

const tallyOf = (definition: ViewDefinition, options: ViewOptions, index: ReportIndex): Tally => {
  const remembered = index.lasting.of(tallies, undefined)
  const byKey = remembered.get(index.report.nodes) ?? new Map<string, Tally>()
  remembered.set(index.report.nodes, byKey)
  const key = plainKey(definition, options)
  const known = byKey.get(key)
  if (known) return known
  const tally = makeTally(index, plainPlacement(definition, index, options))
  keepLatest(byKey, key, tally, MAX_TALLIES)
  return tally
}

const makeTally = (index: ReportIndex, placement: Placement): Tally => {
  const shown = shownIn(index, placement)
  const nodes = new Set<string>()
  const nodesOf = new Map<ReportNode, Set<string>>()
  for (const [id, { viewNode, holder }] of shown) {
    nodes.add(viewNode)
    if (holder.id !== id) continue
    const subject = subjectOf(index, holder)
    const ofSubject = nodesOf.get(subject)
    if (ofSubject) ofSubject.add(viewNode)
    else nodesOf.set(subject, new Set([viewNode]))
  }
  const byGrouping = new Map<string, Folding>()
  for (const [subject, viewNodes] of nodesOf) {
    for (const grouping of [...fixedGroupings, ...labelGroupings(subject)]) {
      const group = grouping.groupOf(index, subject)
      if (group === undefined) continue
      let folding = byGrouping.get(grouping.value)
      if (folding === undefined) {
        folding = { grouping, groups: new Set(), grouped: new Set() }
        byGrouping.set(grouping.value, folding)
      }
      folding.groups.add(group.key)
      for (const viewNode of viewNodes) folding.grouped.add(viewNode)
    }
  }
  return { nodes, byGrouping }
}

const labelGroupings = ({ topology, labels = {} }: ReportNode): Grouping[] =>
  topology === 'container'
    ? Object.keys(labels).flatMap((key) => (BOOKKEEPING.test(key) ? [] : [labelGrouping(key)]))
    : []
