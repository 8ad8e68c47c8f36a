import type { NodeSummary, ParentLink } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { hostLinks } from '../../nodes/rows/parent-links.ts'
import { containment } from '../../reports/containment.ts'
import type { ReportIndex } from '../../reports/report-index.ts'
import { placedGroup } from '../group.ts'
import type { ViewOptions } from '../options/options.ts'
import type { PlacedNode, Placement } from '../placement.ts'
import { visibleContainers } from './visible-containers.ts'

/** What makes several containers one node of a view. */
export interface ContainerGrouping<Group extends { readonly id: string }> {
  /** The node that stands for a container, by its id in the view; undefined for a container that belongs to none. */
  readonly groupOf: (index: ReportIndex, container: ReportNode) => Group | undefined
  readonly summarise: (
    group: Group,
    known: {
      readonly index: ReportIndex
      /** One of the containers. */
      readonly first: ReportNode
      /** How many containers the node stands for, over all reports. */
      readonly count: number
      readonly parents: readonly ParentLink[]
    },
  ) => NodeSummary
  /** What the node belongs to besides the host. */
  readonly parents?: (group: Group) => readonly ParentLink[]
  /** The node of a host's processes and containers that belong to none. */
  readonly outside: (hostId: string, hostName: string) => NodeSummary
}

/** Puts the containers that the options let through into their groups, and the rest outside or away. */
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
          count: containers.length,
          nodes: new Map(containers.map((node) => [node.id, { node, index }])),
          parents: [...(parentsOf?.(group) ?? []), ...hostLinks(index, first)],
          summarise: (count, parents) => summarise(group, { index, first, count, parents }),
        }),
      )
    }
    const rest = options.pseudo === 'show' ? outside(index.report.host.id, index.report.host.name) : undefined
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
