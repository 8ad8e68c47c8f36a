import type { NodeSummary, ProbeSummary } from '../../../src/api/types.ts'
import type { Graph, MapEdge } from '../graph/graph.ts'
import { isLate } from '../words/late.ts'

/** The part of a probe that tells whether its host is silent. */
export type Reporting = Pick<ProbeSummary, 'hostId' | 'ageMs' | 'intervalMs'>

const HOST = ';<host>'

/** The ids of the hosts that a node is on, as probes tell them (`hostId`). */
export function hostsOf({ id, parents = [], pseudo }: NodeSummary): readonly string[] {
  if (id.endsWith(HOST)) return [id.slice(0, -HOST.length)]
  // The rest of a host.
  if (pseudo) return [id.slice(id.lastIndexOf(':') + 1)]
  return parents.flatMap((parent) =>
    parent.topologyId === 'hosts' && parent.id.endsWith(HOST) ? [parent.id.slice(0, -HOST.length)] : [],
  )
}

/**
 * Makes what marks the edges of silent hosts as stale. An edge is stale when all probes that could tell of it are overdue:
 * one that still reports tells its half.
 *
 * @returns a function from a graph, and the probes, to the same graph with these edges marked; as long as an edge is
 * the same object, so is its marked one
 */
export function createStaleMarks(): (graph: Graph, probes: readonly Reporting[]) => Graph {
  const marks = new WeakMap<MapEdge, MapEdge>()
  const marked = (edge: MapEdge): MapEdge => {
    const held = marks.get(edge) ?? { ...edge, stale: true }
    marks.set(edge, held)
    return held
  }

  return (graph, probes) => {
    if (!probes.some(isLate)) return graph
    const isSilent = new Map(probes.map((probe) => [probe.hostId, isLate(probe)]))
    const edges = new Map(graph.edges)
    for (const edge of graph.edges.values()) {
      const ends = [graph.nodes.get(edge.source), graph.nodes.get(edge.target)]
      const told = ends
        .flatMap((node) => (node ? hostsOf(node) : []))
        .flatMap((host) => isSilent.get(host) ?? [])
      if (told.length > 0 && told.every(Boolean)) edges.set(edge.id, marked(edge))
    }
    return { nodes: graph.nodes, edges }
  }
}
