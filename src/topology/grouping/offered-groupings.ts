import type { ReportNode } from '../../report/schema.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { GroupingOffer } from '../types.ts'
import type { ViewOptions } from '../view/options.ts'
import type { ViewDefinition } from '../view/placement.ts'
import { fixedGroupings, type Grouping, labelGrouping } from './grouping.ts'
import { shownIn } from './memberships.ts'
import { plainPlacement } from './plain-placement.ts'

const MAX_LABELS = 8

/** Labels with which tools keep their books; nobody looks for groups there. */
const BOOKKEEPING =
  /^(com\.docker\.|desktop\.docker\.|org\.opencontainers\.|org\.label-schema\.|io\.buildah\.|io\.podman\.|annotation\.|io\.kubernetes\.container\.|maintainer$|build|version$|vcs-|architecture$|release$|description$|url$)/i

/**
 * The ways to fold a view that leave fewer nodes than there are, and at least two, each with its number of groups; of labels
 * those that fold most.
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

/** What a way to fold makes of a report. */
interface Folding {
  readonly grouping: Grouping
  /** Keys of the groups. */
  readonly groups: Set<string>
  /** Nodes of the view that are in one. */
  readonly grouped: Set<string>
}

interface Tally {
  /** Nodes of the view, without pseudo nodes. */
  readonly nodes: ReadonlySet<string>
  readonly byGrouping: ReadonlyMap<string, Folding>
}

const remembered = new WeakMap<ReadonlyMap<string, unknown>, Tally>()

const tallyOf = (definition: ViewDefinition, options: ViewOptions, index: ReportIndex): Tally => {
  const shown = shownIn(index, plainPlacement(definition, index, options))
  const known = remembered.get(shown)
  if (known) return known
  const byGrouping = new Map<string, Folding>()
  const add = (grouping: Grouping, key: string, viewNode: string): void => {
    let folding = byGrouping.get(grouping.value)
    if (folding === undefined) {
      folding = { grouping, groups: new Set(), grouped: new Set() }
      byGrouping.set(grouping.value, folding)
    }
    folding.groups.add(key)
    folding.grouped.add(viewNode)
  }
  const nodes = new Set<string>()
  for (const [id, { viewNode, holder }] of shown) {
    nodes.add(viewNode)
    if (holder.id !== id) continue
    for (const grouping of fixedGroupings) {
      const group = grouping.groupOf(index, holder)
      if (group) add(grouping, group.key, viewNode)
    }
    for (const [key, value] of labelsOf(holder)) add(labelGrouping(key), value, viewNode)
  }
  const tally = { nodes, byGrouping }
  remembered.set(shown, tally)
  return tally
}

const labelsOf = ({ topology, labels = {} }: ReportNode): [string, string][] =>
  topology === 'container'
    ? Object.entries(labels).filter(([key, value]) => value !== '' && !BOOKKEEPING.test(key))
    : []
