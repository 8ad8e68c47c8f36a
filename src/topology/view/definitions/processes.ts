import type { ReportIndex } from '../../reports/index/report-index.ts'
import { processOptions } from '../options/options.ts'
import type { PlacedNode, Placement, ViewDefinition } from '../placing/placement.ts'
import { placedNodeOf } from './placed-node.ts'

const place = (index: ReportIndex): Placement => {
  const nodes = new Map<string, PlacedNode>()
  for (const process of index.byTopology.process) nodes.set(process.id, placedNodeOf(index, process))
  return { nodes, hidden: 0, nodeOf: (id) => (nodes.has(id) ? id : undefined) }
}

/** One node for each process. */
export const processes: ViewDefinition = {
  id: 'processes',
  name: 'Processes',
  rank: 1,
  hideIfEmpty: true,
  options: processOptions,
  standsForSingles: true,
  place,
  placesOwners: [],
  selfEdges: true,
  dropsUnconnected: (options) => options.unconnected !== 'show',
  children: [],
}
