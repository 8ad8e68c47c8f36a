import type { ReportNode } from '../../report/schema.ts'
import { containerOf, parentOf, type ReportIndex } from '../reports/report-index.ts'
import type { Placement } from '../view/placement.ts'
import { type Grouping, type GroupKey, subjectOf } from './grouping.ts'

/** A node of a report as a view without groups shows it. */
export interface Shown {
  /** The node of the view that stands for it. */
  readonly viewNode: string
  /** Itself, or the container or host in whose place it is shown there: that is what can belong to a group. */
  readonly holder: ReportNode
}

/** That a node of a report belongs to a group. */
export interface Membership extends Shown {
  readonly group: GroupKey
}

const remembered = new WeakMap<Placement, ReadonlyMap<string, Shown>>()

/**
 * How a view without groups shows the nodes of a report, by node id. What it hides is left out, and what a pseudo node stands
 * for: that is never folded.
 */
export const shownIn = (index: ReportIndex, placement: Placement): ReadonlyMap<string, Shown> => {
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

/** The groups of the nodes of a report that a view shows, by node id. What belongs to none is left out. */
export const membershipsIn = (
  index: ReportIndex,
  placement: Placement,
  grouping: Grouping,
): ReadonlyMap<string, Membership> => {
  const groups = new Map<ReportNode, GroupKey | undefined>()
  const groupOf = (holder: ReportNode): GroupKey | undefined => {
    const subject = subjectOf(index, holder)
    if (!groups.has(subject)) groups.set(subject, grouping.groupOf(index, subject))
    return groups.get(subject)
  }
  const memberships = new Map<string, Membership>()
  for (const [id, shown] of shownIn(index, placement)) {
    const group = groupOf(shown.holder)
    if (group) memberships.set(id, { ...shown, group })
  }
  return memberships
}
