import type { Edge, NodeSummary, ViewDiff } from '../../../src/api/types.ts'
import type { Watch } from '../health/how-watched.ts'

/** A node as the page has it. */
export type MapNode = NodeSummary & {
  /** Of a host of which not all is seen; see `health/watch.ts`. */
  readonly watch?: Watch
}

/** An edge as the page has it. */
export type MapEdge = Edge & {
  /** No probe that could tell of it reports any more; see `edge/stale.ts`. */
  readonly stale?: true
}

/** The nodes and edges of a view by id, as the frames of its stream have built them. */
export interface Graph {
  readonly nodes: ReadonlyMap<string, MapNode>
  readonly edges: ReadonlyMap<string, MapEdge>
}

/** What the layout needs of a graph. Each {@link Graph} is one, too. */
export interface Outline {
  readonly nodes: ReadonlyMap<string, OutlineNode>
  readonly edges: ReadonlyMap<string, OutlineEdge>
}

/** What the layout needs of a node. */
export type OutlineNode = Pick<NodeSummary, 'id' | 'label' | 'labelMinor' | 'group'>

/** What the layout needs of an edge. */
export type OutlineEdge = Pick<Edge, 'id' | 'source' | 'target' | 'open' | 'openedPerSecond'>

/** The differences between the graph before and after a frame. */
export interface GraphChange {
  readonly addedNodes: readonly string[]
  readonly removedNodes: readonly NodeSummary[]
  readonly addedEdges: readonly string[]
  readonly removedEdges: readonly Edge[]
  /** Ids of edges whose `failed` grew, or whose `failedPerSecond` is above zero. */
  readonly failedEdges: readonly string[]
}

/** A view with nothing in it. */
export const emptyGraph: Graph = { nodes: new Map(), edges: new Map() }

/** The edge from one node to another. */
export function edgeBetween<E extends Pick<Edge, 'source' | 'target'>>(
  graph: { readonly edges: ReadonlyMap<string, E> },
  source: string,
  target: string,
): E | undefined {
  for (const edge of graph.edges.values()) if (edge.source === source && edge.target === target) return edge
  return undefined
}

interface Patch<T> {
  readonly add: readonly T[] | null
  readonly update: readonly T[] | null
  readonly remove: readonly string[] | null
}

function patched<T extends { readonly id: string }>(
  held: ReadonlyMap<string, T>,
  patch: Patch<T>,
  reset: boolean,
): ReadonlyMap<string, T> {
  if (!reset && !patch.add?.length && !patch.update?.length && !patch.remove?.length) return held
  const next = new Map(reset ? [] : held)
  for (const id of patch.remove ?? []) next.delete(id)
  for (const item of patch.update ?? []) next.set(item.id, item)
  for (const item of patch.add ?? []) next.set(item.id, item)
  return next
}

/** Whether a frame changes nothing. The app sends such frames as a sign of life. */
export function saysNothing({ add, update, remove, reset, edges, query }: ViewDiff): boolean {
  return !(add ?? update ?? remove ?? reset ?? edges.add ?? edges.update ?? edges.remove ?? query)
}

/**
 * Applies a frame in the order reset, remove, update, add. The change is computed by comparing both graphs, also for a
 * frame that holds everything (`reset`): after the stream was reopened, only real differences count as added or
 * removed.
 */
export function applyDiff(graph: Graph, diff: ViewDiff): { graph: Graph; change: GraphChange } {
  const reset = diff.reset === true
  const next: Graph = {
    nodes: patched(graph.nodes, diff, reset),
    edges: patched(graph.edges, diff.edges, reset),
  }
  return { graph: next, change: graphChange(graph, next) }
}

/** How a graph differs from an earlier one of the same view. */
export function graphChange(before: Graph, after: Graph): GraphChange {
  const failedEdges: string[] = []
  if (before.edges !== after.edges) {
    for (const edge of after.edges.values()) {
      const failedBefore = before.edges.get(edge.id)?.failed ?? edge.failed
      if (edge.failed > failedBefore || edge.failedPerSecond > 0) failedEdges.push(edge.id)
    }
  }
  return {
    addedNodes: missingKeys(after.nodes, before.nodes),
    removedNodes: missingValues(before.nodes, after.nodes),
    addedEdges: missingKeys(after.edges, before.edges),
    removedEdges: missingValues(before.edges, after.edges),
    failedEdges,
  }
}

function missingKeys<T>(of: ReadonlyMap<string, T>, within: ReadonlyMap<string, T>): string[] {
  return of === within ? [] : [...of.keys()].filter((id) => !within.has(id))
}

function missingValues<T>(of: ReadonlyMap<string, T>, within: ReadonlyMap<string, T>): T[] {
  if (of === within) return []
  return [...of].filter(([id]) => !within.has(id)).map(([, value]) => value)
}
