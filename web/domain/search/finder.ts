import type { CompletionDocument, NodeSummary, SearchMatch } from '../../../src/api/types.ts'
import type { Query } from '../../../src/topology/query/language/ast.ts'
import { compileQuery } from '../../../src/topology/query/match/compile.ts'
import { FoldedTexts } from '../../../src/topology/query/match/folded-texts.ts'
import { graphOf } from '../../../src/topology/query/match/graph.ts'
import { complete } from '../../../src/topology/query/offer/complete.ts'
import { vocabularyOf } from '../../../src/topology/query/offer/vocabulary.ts'
import type { Graph } from '../graph/graph.ts'
import type { Focus } from '../node/neighbours.ts'
import { type ReasonLines, reasonLines } from './reasons.ts'

/** Finds in graphs what somebody types. It is apart from what reads queries, since it is much larger, and of no use before that. */
export interface Finder {
  /** The nodes that a query selects, and the edges that it selects between two of those nodes. */
  find(graph: Graph, query: Query): Focus
  /** What of nodes was found; see {@link reasonLines}. */
  reasons(nodes: Iterable<NodeSummary>, query: Query, elsewhere: readonly SearchMatch[]): ReasonLines
  /** Completions of a text at a position, with what a graph holds. */
  complete(graph: Graph, text: string, at: number): CompletionDocument
}

/** A finder, which remembers the texts of nodes for as long as they are there. */
export function createFinder(): Finder {
  const texts = new FoldedTexts()
  return {
    find(graph, query) {
      const selected = compileQuery(query, texts).select(graphOf(graph))
      const nodes = new Set<string>()
      for (const node of graph.nodes.values()) if (selected.node(node)) nodes.add(node.id)
      const edges = new Set<string>()
      for (const edge of graph.edges.values()) {
        if (nodes.has(edge.source) && nodes.has(edge.target) && selected.edge(edge)) edges.add(edge.id)
      }
      return { nodes, edges }
    },
    reasons: (nodes, query, elsewhere) => reasonLines(nodes, query, texts, elsewhere),
    complete: (graph, text, at) => complete(text, at, vocabularyOf([graph])),
  }
}
