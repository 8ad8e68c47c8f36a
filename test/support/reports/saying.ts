import type { View } from '../../../src/topology/view/view.ts'
import { datedEdge } from '../../../src/topology/view/view-edge.ts'

const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** What a view says, whatever the order in which it was made. */
export const viewSaying = ({ nodes, edges, stats, members }: View) => ({
  nodes: sorted(nodes),
  edges: sorted(edges).map(([id, edge]) => [id, datedEdge(edge)]),
  stats,
  members: members && sorted(members),
})
