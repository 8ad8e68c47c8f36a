import { uncontainedSummary } from '../../nodes/groups/pseudo-summary.ts'
import { containment } from '../../reports/containment.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { containerOptions, type ViewOptions } from '../options/options.ts'
import type { PlacedNode, Placement, ViewDefinition } from '../placing/placement.ts'
import { placedNodeOf } from './placed-node.ts'
import { visibleContainers } from './visible-containers.ts'

const place = (index: ReportIndex, options: ViewOptions): Placement => {
  const visible = visibleContainers(index, options)
  const outside =
    options.pseudo === 'show' ? uncontainedSummary(index.report.host.id, index.report.host.name) : undefined
  const nodes = new Map<string, PlacedNode>()
  for (const container of visible) nodes.set(container.id, placedNodeOf(index, container))
  if (outside) nodes.set(outside.id, { summary: outside })
  return {
    nodes,
    hidden: index.byTopology.container.length - visible.length,
    nodeOf: (id) => {
      const within = containment(index, id)
      if (within === undefined) return undefined
      if (within.container === undefined) return outside?.id
      return nodes.has(within.container.id) ? within.container.id : undefined
    },
  }
}

/** One node for each container; processes outside of containers become one node per host. */
export const containers: ViewDefinition = {
  id: 'containers',
  name: 'Containers',
  rank: 2,
  hideIfEmpty: false,
  options: containerOptions,
  standsForSingles: true,
  place,
  placesOwners: ['container', 'host'],
  selfEdges: true,
  dropsUnconnected: () => false,
  children: ['process'],
}
