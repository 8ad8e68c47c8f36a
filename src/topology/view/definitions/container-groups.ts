import type { NodeSummary, ParentLink } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { withTrouble } from '../../nodes/groups/with-trouble.ts'
import { hostLinks } from '../../nodes/rows/parent-links.ts'
import { containment } from '../../reports/containment.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { placedGroup } from '../assembling/group.ts'
import { tellsNetworks } from '../options/networks-option.ts'
import type { ViewOptions } from '../options/options.ts'
import type { PlacedNode, Placement } from '../placing/placement.ts'
import { visibleContainers } from './visible-containers.ts'

/** How a view groups containers into nodes. */
export interface ContainerGrouping<Group extends { readonly id: string }> {
  /** The group that a container belongs to, with its node id in the view; undefined when it belongs to none. */
  readonly groupOf: (index: ReportIndex, container: ReportNode) => Group | undefined
  readonly summarise: (
    group: Group,
    known: {
      readonly index: ReportIndex
      /** One of the containers in the group. */
      readonly first: ReportNode
      /** How many containers the node stands for, over all reports. */
      readonly count: number
      readonly parents: readonly ParentLink[]
    },
  ) => NodeSummary
  /** Parents of the node other than its host. */
  readonly parents?: (group: Group) => readonly ParentLink[]
  /** The pseudo node for a host's processes outside of containers and its containers without a group. */
  readonly outside: (hostId: string, hostName: string) => NodeSummary
}

/**
 * Makes the placement of such a view. Visible containers are placed in their groups; the rest goes to the `outside`
 * node, or is hidden when the options say so.
 */
export const placeContainerGroups =
  <Group extends { readonly id: string }>({
    groupOf,
    summarise,
    parents: parentsOf,
    outside,
  }: ContainerGrouping<Group>) =>
  (index: ReportIndex, options: ViewOptions): Placement => {
    const groups = new Map<ReportNode, Group>()
    for (const container of index.byTopology.container) {
      const group = groupOf(index, container)
      if (group) groups.set(container, group)
    }
    const visible = visibleContainers(index, options)
    const shown = new Set(visible)
    const nodes = new Map<string, PlacedNode>()
    for (const [id, containers] of Map.groupBy(visible, (container) => groups.get(container)?.id)) {
      const [first] = containers
      const group = first && groups.get(first)
      if (id === undefined || first === undefined || group === undefined) continue
      nodes.set(
        id,
        placedGroup({
          nodes: new Map(containers.map((node) => [node.id, { node, index }])),
          parents: [...(parentsOf?.(group) ?? []), ...hostLinks(index, first)],
          ...(tellsNetworks(options) && { tellsNetworks: true }),
          summarise: ({ there: count }, parents) => summarise(group, { index, first, count, parents }),
        }),
      )
    }
    const { id: hostId, name: hostName } = index.report.host
    const ungrouped = () => visible.filter((container) => !groups.has(container))
    const rest = options.pseudo === 'show' ? withTrouble(outside(hostId, hostName), ungrouped()) : undefined
    if (rest) nodes.set(rest.id, { summary: rest })
    return {
      nodes,
      hidden: [...groups.keys()].filter((container) => !shown.has(container)).length,
      nodeOf: (id) => {
        const within = containment(index, id)
        if (within === undefined) return undefined
        if (within.container === undefined) return rest?.id
        if (!shown.has(within.container)) return undefined
        return groups.get(within.container)?.id ?? rest?.id
      },
    }
  }
