import { parentOf, type ReportIndex } from '../../reports/index/report-index.ts'
import type { PlacedNode, Placement, ViewDefinition } from '../placing/placement.ts'
import { placedNodeOf } from './placed-node.ts'

const place = (index: ReportIndex): Placement => {
  const nodes = new Map<string, PlacedNode>()
  for (const host of index.byTopology.host) nodes.set(host.id, placedNodeOf(index, host))
  return {
    nodes,
    hidden: 0,
    nodeOf: (id) => {
      const node = index.nodes.get(id)
      return node?.topology === 'host' ? id : node && parentOf(index, node, 'host')?.id
    },
  }
}

/** Every host. Connections within a host are not shown, since every host has them all the time. */
export const hosts: ViewDefinition = {
  id: 'hosts',
  name: 'Hosts',
  rank: 4,
  hideIfEmpty: false,
  options: [],
  standsForSingles: true,
  place,
  placesOwners: ['container', 'host'],
  selfEdges: false,
  dropsUnconnected: () => false,
  children: ['host', 'container', 'process', 'container_image'],
}
