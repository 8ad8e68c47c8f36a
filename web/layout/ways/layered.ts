import { Graph, layout as layOutLayers } from '@dagrejs/dagre'
import type { Point } from '../../domain/plot/geometry.ts'
import type { Settings } from '../../settings.ts'
import type { Edges, LayoutNode } from '../protocol.ts'

/** Lays out connected nodes in strict columns by dagre, from left to right. In a file of its own, since few need the library. */
export function arrangeLayered(
  nodes: readonly LayoutNode[],
  edges: Edges,
  aspect: number,
  { margin, layered }: Settings['layout'],
): Point[] {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: margin, ranksep: layered.rankGap, edgesep: margin })
  graph.setDefaultEdgeLabel(() => ({}))
  nodes.forEach(({ halfWidth, r, below }, index) => {
    graph.setNode(String(index), { width: 2 * halfWidth, height: r + below })
  })
  for (const [from, to] of edges) graph.setEdge(String(from), String(to))
  layOutLayers(graph)
  // Its columns are often long, and leave most of a wide space empty: then they are set farther apart.
  const { width = 1, height = 1 } = graph.graph()
  const wider = Math.max(1, Math.min(layered.stretchMost, (height * aspect) / width))
  return nodes.map(({ r, below }, index) => {
    const { x, y } = graph.node(String(index))
    // dagre tells the middle of the box of shape and label.
    return { x: (x ?? 0) * wider, y: (y ?? 0) - (r + below) / 2 + r }
  })
}
