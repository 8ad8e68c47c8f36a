import type { Edge, NodeSummary } from '../../../api/types.ts'
import { type ListenerTest, listenersOf } from './listeners.ts'
import type { NodeTest } from './term-tests.ts'

/** The nodes and edges that a query is applied to. */
export interface QueryGraph {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
}

export type EdgeTest = (edge: Edge) => boolean

/** Tests for the nodes and edges of a graph that a query selects. */
export interface Selection {
  readonly node: NodeTest
  /** Whether an edge is shown, provided that both its ends are. */
  readonly edge: EdgeTest
}

/** A compiled query: makes the tests for one graph. */
export type Matcher = (graph: QueryGraph) => Selection

/**
 * A compiled part of a query. Parts about connections are kept apart from those about nodes until they are combined,
 * so that a conjunction of them holds for the same connection: `to:db failed>0` means failing connections to db, not
 * nodes with both a failing connection and a connection to db. The same goes for parts about listeners.
 */
export type Part = NodePart | EdgePart | ListenerPart

interface NodePart {
  readonly of: 'nodes'
  readonly select: Matcher
}

interface ListenerPart {
  readonly of: 'listeners'
  readonly listener: ListenerTest
}

interface EdgePart {
  readonly of: 'edges'
  readonly edges: (graph: QueryGraph) => EdgeTest
  /** Selects further nodes, whether or not they have such a connection. */
  readonly besides: NodeTest
  /**
   * Selects further nodes whose connections meet the condition in sum, even if none does alone. Undefined when the
   * part does not test a number that can be added up.
   *
   * @param among selects the connections that are summed
   */
  readonly sums?: (graph: QueryGraph, among: EdgeTest) => NodeTest
}

const none = (): boolean => false
const all = (): boolean => true

/** Nodes that pass a test, with all edges between them. */
export const nodes = (node: NodeTest): Part => ({ of: 'nodes', select: () => ({ node, edge: all }) })

/** Nodes that pass a test made from the whole graph, with all edges between them. */
export const nodesOf = (test: (graph: QueryGraph) => NodeTest): Part => ({
  of: 'nodes',
  select: (graph) => ({ node: test(graph), edge: all }),
})

/** Nodes with a listener that passes the test. */
export const listeners = (listener: ListenerTest): Part => ({ of: 'listeners', listener })

/** Edges that pass a test, and their ends. */
export const edges = (
  test: EdgePart['edges'],
  more: { readonly besides?: NodeTest; readonly sums?: EdgePart['sums'] } = {},
): Part => ({
  of: 'edges',
  edges: test,
  besides: more.besides ?? none,
  ...(more.sums ? { sums: more.sums } : {}),
})

/** The matcher of a part on its own. */
export const selectionOf = (part: Part): Matcher => {
  switch (part.of) {
    case 'nodes':
      return part.select
    case 'listeners':
      return () => ({ node: (node) => listenersOf(node).some(part.listener), edge: all })
    case 'edges':
      return (graph) => {
        const edge = part.edges(graph)
        const ends = new Set<string>()
        for (const one of graph.edges.values()) if (edge(one)) ends.add(one.source).add(one.target)
        const sums = part.sums?.(graph, all) ?? none
        return { node: (node) => ends.has(node.id) || part.besides(node) || sums(node), edge }
      }
  }
}

/** The nodes that a part does not select. */
export const not = (part: Part): Part => {
  const select = selectionOf(part)
  return nodesOf((graph) => {
    const { node } = select(graph)
    return (one) => !node(one)
  })
}

/** The conjunction of parts. */
export const and = (parts: readonly Part[]): Part => {
  const joined = [
    allEdges(parts.filter((part) => part.of === 'edges')),
    allListeners(parts.filter((part) => part.of === 'listeners')),
  ]
  const left = [
    ...parts.filter((part) => part.of === 'nodes'),
    ...joined.filter((part) => part !== undefined),
  ]
  const [only] = left
  return left.length === 1 && only !== undefined ? only : combined(left.map(selectionOf), 'every')
}

/** The disjunction of parts. */
export const or = (parts: readonly Part[]): Part => {
  const ofListeners = parts.filter((part) => part.of === 'listeners')
  if (ofListeners.length === parts.length)
    return listeners((listener) => ofListeners.some((part) => part.listener(listener)))
  const ofEdges = parts.filter((part) => part.of === 'edges')
  return ofEdges.length === parts.length ? anyEdges(ofEdges) : combined(parts.map(selectionOf), 'some')
}

const allListeners = (parts: readonly ListenerPart[]): Part | undefined =>
  parts.length === 0 ? undefined : listeners((listener) => parts.every((part) => part.listener(listener)))

const allEdges = (parts: readonly EdgePart[]): Part | undefined => {
  const [first, ...others] = parts
  if (first === undefined || others.length === 0) return first
  const adding = parts.filter(({ sums }) => sums !== undefined)
  const narrowing = parts.filter(({ sums }) => sums === undefined)
  const every =
    (tests: readonly EdgeTest[]): EdgeTest =>
    (edge) =>
      tests.every((test) => test(edge))
  return edges((graph) => every(parts.map((part) => part.edges(graph))), {
    besides: (node) => parts.every(({ besides }) => besides(node)),
    ...(adding.length === 0
      ? {}
      : {
          sums: (graph, among) => {
            const counted = every([among, ...narrowing.map((part) => part.edges(graph))])
            const tests = adding.map(({ sums }) => sums?.(graph, counted) ?? none)
            return (node) => tests.every((test) => test(node))
          },
        }),
  })
}

const anyEdges = (parts: readonly EdgePart[]): Part => {
  const isAdding = parts.some(({ sums }) => sums !== undefined)
  return edges(
    (graph) => {
      const tests = parts.map((part) => part.edges(graph))
      return (edge) => tests.some((test) => test(edge))
    },
    {
      besides: (node) => parts.some(({ besides }) => besides(node)),
      ...(isAdding
        ? {
            sums: (graph, among) => {
              const tests = parts.map(({ sums }) => sums?.(graph, among) ?? none)
              return (node) => tests.some((test) => test(node))
            },
          }
        : {}),
    },
  )
}

const combined = (matchers: readonly Matcher[], how: 'every' | 'some'): Part => ({
  of: 'nodes',
  select: (graph) => {
    const selections = matchers.map((matcher) => matcher(graph))
    return {
      node: (one) => selections[how]((selection) => selection.node(one)),
      edge: (one) => selections[how]((selection) => selection.edge(one)),
    }
  },
})
