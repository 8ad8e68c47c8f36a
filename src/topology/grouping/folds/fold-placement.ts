import type { ReportNode, Topology } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import type { ViewOptions } from '../../view/options/options.ts'
import type { PlacedNode, Placement, ViewDefinition } from '../../view/placing/placement.ts'
import { idOfGroup } from '../group-id.ts'
import type { GroupKey } from '../group-key.ts'
import type { Folding } from '../grouping-options.ts'
import { groupAroundIn, type Membership, membershipsIn } from '../memberships.ts'
import { plainPlacement } from '../plain-placement.ts'
import type { GroupRef } from './fold.ts'
import { placedFolds } from './placed-folds.ts'

/**
 * Folds the nodes of one report that are in closed groups. Members of open groups and nodes without a group stay as they
 * are. Only the placement of nodes differs, so everything else works as in any view.
 *
 * @param isFolded whether a group, by its id, has as many members in all reports as its grouping takes to fold it
 */
export const foldPlacement = (
  base: ViewDefinition,
  folding: Folding,
  index: ReportIndex,
  options: ViewOptions,
  isFolded: (id: string) => boolean,
): Placement => {
  const { grouping, open } = folding
  const plain = plainPlacement(base, index, options)
  const refs = new Map<GroupKey, GroupRef>()
  const refOf = (group: GroupKey): GroupRef => {
    const known = refs.get(group)
    if (known) return known
    const ref = { id: idOfGroup(grouping.value, group), label: group.label }
    refs.set(group, ref)
    return ref
  }
  const closed = new Map<string, { readonly ref: GroupRef; readonly membership: Membership }>()
  const openRefs = new Map<string, Map<string, GroupRef>>()
  for (const [id, membership] of membershipsIn(index, plain, folding)) {
    const ref = refOf(membership.group)
    if (!isFolded(ref.id)) continue
    if (!open.has(ref.id)) closed.set(id, { ref, membership })
    else addTo(openRefs, membership.viewNode, ref)
  }
  // The nodes in no closed group are placed without the others. So a view node that stands for several only stands
  // for those that are left.
  const rest = closed.size === 0 ? plain : base.place(without(index, closed), options)
  const nodes = new Map<string, PlacedNode>()
  for (const [id, placed] of rest.nodes) {
    const within = openRefs.get(id)
    nodes.set(id, within ? { ...placed, within: [...within.values()] } : placed)
  }
  for (const [id, fold] of placedFolds(index, plain, grouping, options, closed.values())) nodes.set(id, fold)
  return {
    nodes,
    hidden: plain.hidden,
    ...(rest.links && { links: rest.links }),
    nodeOf: (id) => closed.get(id)?.ref.id ?? rest.nodeOf(id),
    memberOf: (id) => closed.get(id)?.membership.viewNode,
    groupAround: (id) => {
      const node = index.nodes.get(id)
      const around = node && groupAroundIn(index, node, folding)
      return around !== undefined && isFolded(around) && !open.has(around) ? around : undefined
    },
  }
}

const without = (index: ReportIndex, ids: { has(id: string): boolean }): ReportIndex => {
  const rest = (topology: Topology): ReportNode[] =>
    index.byTopology[topology].filter(({ id }) => !ids.has(id))
  return {
    ...index,
    byTopology: {
      host: rest('host'),
      process: rest('process'),
      container: rest('container'),
      container_image: rest('container_image'),
    },
  }
}

const addTo = (refs: Map<string, Map<string, GroupRef>>, viewNode: string, ref: GroupRef): void => {
  const known = refs.get(viewNode)
  if (known) known.set(ref.id, ref)
  else refs.set(viewNode, new Map([[ref.id, ref]]))
}
