import type { Edge, NodeSummary, ViewDiff } from '../../src/api/types.ts'

/** A view as the page holds it. */
export interface Graph {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
}

/** What a frame changed, by comparison with what was held before it. */
export interface GraphChange {
  readonly addedNodes: readonly string[]
  readonly removedNodes: readonly NodeSummary[]
  readonly addedEdges: readonly string[]
  readonly removedEdges: readonly Edge[]
  /** Edges whose count of failures grew. */
  readonly failedEdges: readonly string[]
}

/** A view with nothing in it. */
export const emptyGraph: Graph = { nodes: new Map(), edges: new Map() }

/** The edge from one node to another. */
export function edgeBetween(graph: Graph, source: string, target: string): Edge | undefined {
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

/** Whether a frame changes nothing: it only tells that the app is there. */
export function saysNothing({ add, update, remove, reset, edges, query }: ViewDiff): boolean {
  return !(add ?? update ?? remove ?? reset ?? edges.add ?? edges.update ?? edges.remove ?? query)
}

/**
 * Applies a frame: reset, remove, update, add. A frame that holds everything is compared with what was there, so that a
 * stream that was opened again adds and removes only what really came and went.
 */
export function applyDiff(graph: Graph, diff: ViewDiff): { graph: Graph; change: GraphChange } {
  const reset = diff.reset === true
  const next: Graph = {
    nodes: patched(graph.nodes, diff, reset),
    edges: patched(graph.edges, diff.edges, reset),
  }
  return { graph: next, change: compare(graph, next) }
}

function compare(before: Graph, after: Graph): GraphChange {
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
