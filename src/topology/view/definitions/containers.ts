import { metricRows } from '../../nodes/metric-rows.ts'
import { summaryOf } from '../../nodes/summary.ts'
import type { ReportIndex } from '../../reports/report-index.ts'
import { containerOptions, type ViewOptions } from '../options.ts'
import type { PlacedNode, Placement, ViewDefinition } from '../placement.ts'
import { containment, uncontained, visibleContainers } from './visible-containers.ts'

const place = (index: ReportIndex, options: ViewOptions): Placement => {
  const visible = visibleContainers(index, options)
  const outside = uncontained(index, options)
  const nodes = new Map<string, PlacedNode>()
  for (const container of visible) {
    nodes.set(container.id, {
      summary: summaryOf(index, container),
      metrics: metricRows('container', index.metrics.get(container.id)),
    })
  }
  if (outside) nodes.set(outside.summary.id, outside)
  return {
    nodes,
    hidden: index.byTopology.container.length - visible.length,
    nodeOf: (id) => {
      const within = containment(index, id)
      if (within === undefined) return undefined
      if (within.container === undefined) return outside?.summary.id
      return nodes.has(within.container.id) ? within.container.id : undefined
    },
  }
}

/** Every container by itself; processes in none fold into one node per host. */
export const containers: ViewDefinition = {
  id: 'containers',
  name: 'Containers',
  rank: 2,
  hideIfEmpty: false,
  options: containerOptions,
  place,
  placesOwners: true,
  selfEdges: true,
  dropsUnconnected: () => false,
  children: ['process'],
}
