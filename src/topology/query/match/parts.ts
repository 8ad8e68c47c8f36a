import type { UndatedEdge } from '../../view/view-edge.ts'
import type { QueryGraph } from './graph.ts'
import { type ListenerTest, listenersOf } from './listeners.ts'
import type { NodeTest } from './term-tests.ts'

export type EdgeTest = (edge: UndatedEdge) => boolean

/** Tests for the nodes and edges of a graph that a query selects. They ask the graph as it is when they are called. */
export interface Selection {
  readonly node: NodeTest
  /** Whether an edge is shown, provided that both its ends are. */
  readonly edge: EdgeTest
}

/**
 * On what it depends whether a query selects a node:
 *
 * - `node`: on the node alone. All edges are selected.
 * - `edges`: also on its edges. Whether an edge is selected depends on the edge alone.
 * - `neighbours`: also on the nodes at the other ends of its edges. Whether an edge is selected depends on its ends, too.
 */
export type Reach = 'node' | 'edges' | 'neighbours'

/** A compiled query. */
export interface Matcher {
  readonly reach: Reach
  /** Makes the tests for one graph. */
  select(graph: QueryGraph): Selection
}

/**
 * A compiled part of a query. Parts about connections are kept apart from those about nodes until they are combined,
 * so that a conjunction of them holds for the same connection: `to:db failed>0` means failing connections to db, not
 * nodes with both a failing connection and a connection to db. The same goes for parts about listeners.
 */
export type Part = NodePart | EdgePart | ListenerPart

interface NodePart {
  readonly of: 'nodes'
  readonly matcher: Matcher
}

interface ListenerPart {
  readonly of: 'listeners'
  readonly listener: ListenerTest
}

interface EdgePart {
  readonly of: 'edges'
  /** Whether it depends on an edge alone, or on its ends, too. */
  readonly reach: Exclude<Reach, 'node'>
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
export const nodes = (node: NodeTest): Part => nodesOf('node', () => node)

/** Nodes that pass a test made from the graph, with all edges between them, or those of them that pass another test. */
export const nodesOf = (reach: Reach, test: (graph: QueryGraph) => NodeTest, edge: EdgeTest = all): Part => ({
  of: 'nodes',
  matcher: { reach, select: (graph) => ({ node: test(graph), edge }) },
})

/** Nodes with a listener that passes the test. */
export const listeners = (listener: ListenerTest): Part => ({ of: 'listeners', listener })

/** Edges that pass a test, and their ends. */
export const edges = (
  reach: EdgePart['reach'],
  test: EdgePart['edges'],
  more: { readonly besides?: NodeTest; readonly sums?: EdgePart['sums'] } = {},
): Part => ({
  of: 'edges',
  reach,
  edges: test,
  besides: more.besides ?? none,
  ...(more.sums ? { sums: more.sums } : {}),
})

/** The matcher of a part on its own. */
export const matcherOf = (part: Part): Matcher => {
  switch (part.of) {
    case 'nodes':
      return part.matcher
    case 'listeners':
      return {
        reach: 'node',
        select: () => ({ node: (node) => listenersOf(node).some(part.listener), edge: all }),
      }
    case 'edges':
      return {
        reach: part.reach,
        select: (graph) => {
          const edge = part.edges(graph)
          const sums = part.sums?.(graph, all) ?? none
          return {
            node: (node) => graph.edgesOf(node.id).some(edge) || part.besides(node) || sums(node),
            edge,
          }
        },
      }
  }
}

/** The nodes that a part does not select. */
export const not = (part: Part): Part => {
  const { reach, select } = matcherOf(part)
  return nodesOf(reach, (graph) => {
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
  return left.length === 1 && only !== undefined ? only : combined(left.map(matcherOf), 'every')
}

/** The disjunction of parts. */
export const or = (parts: readonly Part[]): Part => {
  const ofListeners = parts.filter((part) => part.of === 'listeners')
  if (ofListeners.length === parts.length)
    return listeners((listener) => ofListeners.some((part) => part.listener(listener)))
  const ofEdges = parts.filter((part) => part.of === 'edges')
  return ofEdges.length === parts.length ? anyEdges(ofEdges) : combined(parts.map(matcherOf), 'some')
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
  return edges(reachOf(parts), (graph) => every(parts.map((part) => part.edges(graph))), {
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
    reachOf(parts),
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
  matcher: {
    reach: furthest(matchers),
    select: (graph) => {
      const selections = matchers.map((matcher) => matcher.select(graph))
      return {
        node: (one) => selections[how]((selection) => selection.node(one)),
        edge: (one) => selections[how]((selection) => selection.edge(one)),
      }
    },
  },
})

const reachOf = (parts: readonly EdgePart[]): EdgePart['reach'] =>
  parts.some(({ reach }) => reach === 'neighbours') ? 'neighbours' : 'edges'

const furthest = (matchers: readonly Matcher[]): Reach => {
  const order: readonly Reach[] = ['neighbours', 'edges']
  return order.find((reach) => matchers.some((matcher) => matcher.reach === reach)) ?? 'node'
}
