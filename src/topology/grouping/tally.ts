import type { ReportNode } from '../../report/schema.ts'
import { keepLatest } from '../keep-latest.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { Placement, ViewDefinition } from '../view/placing/placement.ts'
import { fixedGroupings, type Grouping, labelGrouping, subjectOf } from './grouping.ts'
import { shownIn } from './memberships.ts'
import { plainKey, plainPlacement } from './plain-placement.ts'

/** Labels that tools set for their own purposes; grouping by them is not offered. */
const BOOKKEEPING =
  /^(com\.docker\.|desktop\.docker\.|org\.opencontainers\.|org\.label-schema\.|io\.buildah\.|io\.podman\.|annotation\.|io\.kubernetes\.container\.|maintainer$|build|version$|vcs-|architecture$|release$|description$|url$)/i

/** What a grouping would make of a view. */
export interface TalliedGrouping {
  readonly grouping: Grouping
  /** How many groups would be folded. */
  readonly groups: number
  /** How many nodes would be left, without pseudo nodes: the groups, and what is in none. */
  readonly left: number
  /** How many of these are in no group and would be one node with the rest folded. */
  readonly rest: number
  /** How many processes outside of containers, at most, are one node by it. */
  readonly processes: number
}

/** What there is to fold in a view. */
export interface GroupingTally {
  /** How many nodes it has without groups, pseudo nodes not counted. */
  readonly nodes: number
  /** Those that fold at least one node; in no particular order. */
  readonly groupings: readonly TalliedGrouping[]
}

/**
 * Counts what each grouping would make of a view.
 *
 * @param definition of the view without groups
 * @param options a value for every option of the view
 * @param isShown whether the view shows a node, for views that leave some out
 */
export const tallyGroupings = (
  definition: ViewDefinition,
  options: ViewOptions,
  indexes: readonly ReportIndex[],
  isShown: (viewNode: string) => boolean = () => true,
): GroupingTally => {
  const tallies = indexes.map((index) => tallyOf(definition, options, index))
  const union = (of: (tally: Tally) => ReadonlySet<string>): Set<string> =>
    new Set(tallies.flatMap((tally) => [...of(tally)].filter(isShown)))
  const nodes = union((tally) => tally.nodes)
  const hosts = union((tally) => tally.hosts)
  const byValue = Map.groupBy(
    tallies.flatMap(({ byGrouping }) => [...byGrouping.values()]),
    ({ grouping }) => grouping.value,
  )
  const groupings = [...byValue.values()].flatMap((parts) => {
    const [first] = parts
    return first ? [mergedTally(first.grouping, parts, nodes, hosts, isShown)] : []
  })
  return { nodes: nodes.size, groupings }
}

const mergedTally = (
  grouping: Grouping,
  parts: readonly Folding[],
  nodes: ReadonlySet<string>,
  hosts: ReadonlySet<string>,
  isShown: (viewNode: string) => boolean,
): TalliedGrouping => {
  const members = new Map<string, Set<string>>()
  for (const part of parts)
    for (const [key, viewNodes] of part.groups) {
      const shown = [...viewNodes].filter(isShown)
      if (shown.length === 0) continue
      const known = members.get(key)
      if (known) for (const viewNode of shown) known.add(viewNode)
      else members.set(key, new Set(shown))
    }
  const all = [...members.values()]
  const folded = all.filter(({ size }) => size >= (grouping.leastMembers ?? 1))
  const grouped = new Set(all.flatMap((of) => [...of]))
  const rest = [...nodes].filter((id) => !grouped.has(id) && !hosts.has(id)).length
  const left = nodes.size - new Set(folded.flatMap((of) => [...of])).size + folded.length
  const ofProcesses = parts.flatMap((part) => [...part.ofProcesses].map((key) => members.get(key)?.size ?? 0))
  const processes = ofProcesses.reduce((most, size) => Math.max(most, size), 0)
  return { grouping, groups: folded.length, left, rest, processes }
}

/** The result of a grouping for one report. */
interface Folding {
  readonly grouping: Grouping
  /** The nodes of the view that are in each group, by its key. */
  readonly groups: Map<string, Set<string>>
  /** The keys of those with processes outside of containers. */
  readonly ofProcesses: Set<string>
}

interface Tally {
  /** Nodes of the view, without pseudo nodes. */
  readonly nodes: ReadonlySet<string>
  /** Those of them that are hosts, which are never folded with the rest. */
  readonly hosts: ReadonlySet<string>
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
  const hosts = new Set<string>()
  const nodesOf = new Map<ReportNode, Set<string>>()
  for (const [id, { viewNode, holder }] of shown) {
    nodes.add(viewNode)
    if (holder.id !== id) continue
    const subject = subjectOf(index, holder)
    if (subject.topology === 'host') hosts.add(viewNode)
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
        folding = { grouping, groups: new Map(), ofProcesses: new Set() }
        byGrouping.set(grouping.value, folding)
      }
      if (subject.topology === 'process') folding.ofProcesses.add(group.key)
      const known = folding.groups.get(group.key)
      if (known) for (const viewNode of viewNodes) known.add(viewNode)
      else folding.groups.set(group.key, new Set(viewNodes))
    }
  }
  return { nodes, hosts, byGrouping }
}

const labelGroupings = ({ topology, labels = {} }: ReportNode): Grouping[] =>
  topology === 'container'
    ? Object.keys(labels).flatMap((key) => (BOOKKEEPING.test(key) ? [] : [labelGrouping(key)]))
    : []
