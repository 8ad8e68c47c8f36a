import type { CompletionDocument } from '../../../src/api/types.ts'
import { complete } from '../../../src/topology/query/offer/complete.ts'
import { vocabularyOf } from '../../../src/topology/query/offer/vocabulary.ts'
import type { Graph } from '../graph/graph.ts'

/** Completions of a text at a position, with what a graph holds. */
export function completionIn(graph: Graph, text: string, at: number): CompletionDocument {
  return complete(text, at, vocabularyOf([graph]))
}
