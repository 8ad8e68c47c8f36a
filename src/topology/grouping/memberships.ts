import type { ReportNode } from '../../report/schema.ts'
import { containerOf, parentOf, type ReportIndex } from '../reports/index/report-index.ts'
import type { Placement } from '../view/placing/placement.ts'
import { idOfGroup } from './group-id.ts'
import type { GroupKey } from './group-key.ts'
import { restGroup, subjectOf } from './grouping.ts'
import type { Folding } from './grouping-options.ts'

type GroupedBy = Pick<Folding, 'grouping' | 'foldsRest'>

/** How a view without groups shows a node of a report. */
export interface Shown {
  /** Id of the view's node that stands for it. */
  readonly viewNode: string
  /**
   * The report node that decides the group: the container or host when the view shows the node as a part of it, else
   * the node itself.
   */
  readonly holder: ReportNode
}

/** A node of a report with the group it belongs to. */
export interface Membership extends Shown {
  readonly group: GroupKey
}

const shownByPlacement = (): WeakMap<Placement, ReadonlyMap<string, Shown>> => new WeakMap()

/**
 * How a view without groups shows the nodes of a report, by node id. Left out are hidden nodes and those in pseudo
 * nodes, which are never grouped.
 */
export const shownIn = (index: ReportIndex, placement: Placement): ReadonlyMap<string, Shown> => {
  const remembered = index.derived.of(shownByPlacement, undefined)
  const known = remembered.get(placement)
  if (known) return known
  const shown = new Map<string, Shown>()
  for (const node of index.nodes.values()) {
    const viewNode = placement.nodeOf(node.id)
    if (viewNode === undefined || placement.nodes.get(viewNode)?.summary.pseudo === true) continue
    shown.set(node.id, { viewNode, holder: holderOf(index, placement, node, viewNode) })
  }
  remembered.set(placement, shown)
  return shown
}

const holderOf = (
  index: ReportIndex,
  placement: Placement,
  node: ReportNode,
  viewNode: string,
): ReportNode => {
  const host = node.topology === 'host' ? undefined : parentOf(index, node, 'host')
  if (host && placement.nodeOf(host.id) === viewNode) return host
  const container = node.topology === 'process' ? containerOf(index, node) : undefined
  return container && placement.nodeOf(container.id) === viewNode ? container : node
}

/** The groups of the nodes that a view shows, by node id. Nodes without a group are left out, unless the rest is folded. */
export const membershipsIn = (
  index: ReportIndex,
  placement: Placement,
  { grouping, foldsRest }: GroupedBy,
): ReadonlyMap<string, Membership> => {
  const groups = new Map<ReportNode, GroupKey | undefined>()
  const groupOf = (holder: ReportNode): GroupKey | undefined => {
    const subject = subjectOf(index, holder)
    if (!groups.has(subject)) {
      // Hosts differ in more than what runs on them: those without a group stay.
      const rest = foldsRest && subject.topology !== 'host' ? restGroup : undefined
      groups.set(subject, grouping.groupOf(index, subject) ?? rest)
    }
    return groups.get(subject)
  }
  const memberships = new Map<string, Membership>()
  for (const [id, shown] of shownIn(index, placement)) {
    const group = groupOf(shown.holder)
    if (group) memberships.set(id, { ...shown, group })
  }
  return memberships
}

/** The nodes of a view that are in each group, as far as one report knows, by the group's id. */
export const groupSizesIn = (
  index: ReportIndex,
  placement: Placement,
  folding: GroupedBy,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const members = new Map<string, Set<string>>()
  for (const { group, viewNode } of membershipsIn(index, placement, folding).values()) {
    const id = idOfGroup(folding.grouping.value, group)
    const known = members.get(id)
    if (known) known.add(viewNode)
    else members.set(id, new Set([viewNode]))
  }
  return members
}

/**
 * Id of the group that all processes of a container or host belong to, whether or not it is folded, and whether or not any of these
 * processes is known. Undefined when there is none.
 */
export const groupAroundIn = (
  index: ReportIndex,
  node: ReportNode,
  { grouping, foldsRest }: GroupedBy,
): string | undefined => {
  const rest = foldsRest && node.topology === 'container' ? restGroup : undefined
  const group = grouping.groupOf(index, node) ?? rest
  return group && idOfGroup(grouping.value, group)
}
