import type { DrawnEdge, DrawnGraph, DrawnNode } from '../domain/graph/drawn-graph.ts'
import { isClosedGroup } from '../domain/grouping/grouping.ts'
import { carried, radiusOf } from '../domain/node/node-look.ts'
import { edgeCurve, type Point } from '../domain/plot/geometry.ts'
import type { Scene, SceneEdge, SceneNode } from '../draw/scene.ts'
import type { Settings } from '../settings.ts'
import type { Traces } from './renderer/protocol.ts'

/** What a scene is made from. */
export interface SceneInput {
  readonly graph: DrawnGraph
  readonly traces: Traces
  /** Nodes without a place are not drawn yet. */
  readonly places: ReadonlyMap<string, Point>
  /** Where nodes are pinned. */
  readonly pinned: ReadonlyMap<string, Point>
}

/** Builds the scene in drawing order: first nodes and edges that are gone and fade out, then the present ones. */
export function buildScene({ graph, traces, places, pinned }: SceneInput, settings: Settings): Scene {
  const loads = carried(graph.edges.values())
  const loadsOfGone = carried([...traces.goneEdges.values()].map(({ edge }) => edge))
  const nodeById = new Map<string, SceneNode>()
  const addNode = (node: DrawnNode, goneMs: number | undefined) => {
    const place = places.get(node.id)
    if (!place) return
    const load = (goneMs === undefined ? loads : loadsOfGone).get(node.id) ?? 0
    nodeById.set(node.id, {
      id: node.id,
      label: node.label,
      minor: node.labelMinor,
      shape: node.shape,
      glyph: node.glyph,
      mark: node.mark,
      colour: node.colour,
      stack: node.stack ?? false,
      within: isClosedGroup(node) ? undefined : node.group,
      project: node.project,
      host: node.host,
      pseudo: node.pseudo ?? false,
      state: node.state,
      watch: node.watch,
      unverified: node.verified === false,
      pinned: pinned.has(node.id),
      ring: node.ring,
      ringWarns: node.ringWarns ?? false,
      bars: node.bars,
      r: radiusOf(load, settings.node),
      x: place.x,
      y: place.y,
      goneMs,
      arrivedMs: traces.arrivedMs.get(node.id),
      weight: load + (node.pseudo ? 0 : 0.5),
    })
  }
  for (const { node, atMs } of traces.goneNodes.values()) addNode(node, atMs)
  for (const node of graph.nodes.values()) addNode(node, undefined)

  const edgeById = new Map<string, SceneEdge>()
  const addEdge = (edge: DrawnEdge, goneMs: number | undefined) => {
    const source = nodeById.get(edge.source)
    const target = nodeById.get(edge.target)
    if (!source || !target) return
    edgeById.set(edge.id, {
      id: edge.id,
      source,
      target,
      width: edge.width,
      failing: edge.failing,
      failingShare: edge.failingShare,
      quiet: edge.quiet,
      pace: edge.pace,
      lighter: edge.lighter,
      goneMs: goneMs ?? source.goneMs ?? target.goneMs,
      curve: edgeCurve(source, target, settings.edge),
    })
  }
  for (const { edge, atMs } of traces.goneEdges.values()) addEdge(edge, atMs)
  for (const edge of graph.edges.values()) addEdge(edge, undefined)
  return { nodes: [...nodeById.values()], edges: [...edgeById.values()], nodeById, edgeById }
}

/** Updates the places of a scene's nodes, and the curves of its edges. */
export function moveScene(scene: Scene, places: ReadonlyMap<string, Point>, settings: Settings): void {
  for (const node of scene.nodes) {
    const place = places.get(node.id)
    if (!place) continue
    node.x = place.x
    node.y = place.y
  }
  for (const edge of scene.edges) edge.curve = edgeCurve(edge.source, edge.target, settings.edge)
}
