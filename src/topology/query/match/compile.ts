import type { NodeSummary } from '../../../api/types.ts'
import { isFailing } from '../../failing.ts'
import { isInTrouble } from '../../trouble.ts'
import type { UndatedEdge } from '../../view/view-edge.ts'
import type { CompareTerm, ExternalTerm, IsTerm, MatchTerm, Query, Term } from '../language/ast.ts'
import { fieldOf } from '../language/fields.ts'
import { edgeNumberReader, namesOfEnd } from './edge-values.ts'
import { FoldedTexts } from './folded-texts.ts'
import type { QueryGraph } from './graph.ts'
import { listenerFields, listenerTest } from './listeners.ts'
import { isExternal, nodeConditions } from './node-kind.ts'
import {
  and,
  type EdgeTest,
  edges,
  listeners,
  type Matcher,
  matcherOf,
  nodes,
  nodesOf,
  not,
  or,
  type Part,
} from './parts.ts'
import { compareTermTest, matchTermTest, type NodeTest, otherTermTest, textTermTest } from './term-tests.ts'
import { numberTest, textTest } from './values.ts'

/**
 * Compiles a query into a matcher.
 *
 * - A node term selects nodes.
 * - A connection term selects connections and the nodes at their ends. Several in one conjunction must hold for the
 *   same connection.
 * - `is:trouble` selects nodes that are in trouble or at an end of a failing connection, and of connections those that fail.
 * - A comparison with a number that can be added up also selects nodes whose connections meet it in sum. Only the
 *   connections that the other connection terms of the conjunction select are summed.
 * - `not` selects the nodes that its operand does not select.
 *
 * @param texts those of the nodes, to share them with other queries; by default they go with the matcher
 * @example
 * const matcher = compileQuery(parseQuery('to:db failed>0'))
 * const { node, edge } = matcher.select(graphOf(view))
 * [...view.nodes.values()].filter(node)
 */
export const compileQuery = (query: Query, texts = new FoldedTexts()): Matcher =>
  matcherOf(partOf(query, texts))

const partOf = (query: Query, texts: FoldedTexts): Part => {
  switch (query.kind) {
    case 'everything':
      return nodes(() => true)
    case 'not':
      return not(partOf(query.query, texts))
    case 'and':
      return and(query.queries.map((one) => partOf(one, texts)))
    case 'or':
      return or(query.queries.map((one) => partOf(one, texts)))
    default:
      return termPart(query, texts)
  }
}

const termPart = (term: Term, texts: FoldedTexts): Part => {
  switch (term.kind) {
    case 'text':
      return nodes(textTermTest(term, texts))
    case 'other':
      return nodes(otherTermTest(term, texts))
    case 'match':
      return matchPart(term, texts)
    case 'compare':
      return comparePart(term)
    case 'is':
      return isPart(term)
    case 'external':
      return externalPart(term)
  }
}

const matchPart = (term: MatchTerm, texts: FoldedTexts): Part => {
  const { field, operator, pattern } = term
  // A node only has a row for whether it is reachable as a whole, so `reachable` is a node term here.
  if (listenerFields.has(field) && field !== 'reachable') return listeners(listenerTest(term))
  if (field === 'to' || field === 'from') {
    const test = textTest(operator, pattern)
    return edges('neighbours', (graph) => {
      const is = endTest(graph, (node) => test(texts.values(node, 'end', namesOfEnd)))
      return field === 'to' ? ({ target }) => is(target) : ({ source }) => is(source)
    })
  }
  const read = edgeNumberReader(field)
  if (read)
    return edges('edges', () => (edge) => read(edge).length > 0, {
      besides: besidesOf(field, matchTermTest(term, texts)),
    })
  return nodes(matchTermTest(term, texts))
}

const comparePart = (term: CompareTerm): Part => {
  if (term.field === 'listen') return listeners(listenerTest(term))
  const read = edgeNumberReader(term.field)
  if (!read) return nodes(compareTermTest(term))
  const test = numberTest(term)
  return edges('edges', () => (edge) => test(read(edge)), {
    besides: besidesOf(term.field, compareTermTest(term)),
    ...(fieldOf(term.field)?.sums ? { sums: sumTest(read, test) } : {}),
  })
}

/** Tests the sum of a number over the connections of a node. */
const sumTest =
  (read: (edge: UndatedEdge) => readonly number[], test: (values: readonly number[]) => boolean) =>
  (graph: QueryGraph, among: EdgeTest): NodeTest =>
  ({ id }) => {
    const counted = graph.edgesOf(id).filter(among)
    return counted.length > 0 && test([counted.reduce((sum, edge) => sum + (read(edge)[0] ?? 0), 0)])
  }

const besidesOf = (field: string, test: NodeTest): NodeTest =>
  fieldOf(field)?.of === 'both' ? test : () => false

const isPart = ({ condition }: IsTerm): Part => {
  if (condition === 'failing') return edges('edges', () => isFailing)
  if (condition === 'trouble')
    return nodesOf(
      'edges',
      (graph) => (node) => isInTrouble(node) || graph.edgesOf(node.id).some(isFailing),
      isFailing,
    )
  if (condition !== 'connected') return nodes(nodeConditions[condition])
  return nodesOf(
    'edges',
    (graph) =>
      ({ id }) =>
        graph.edgesOf(id).length > 0,
  )
}

const externalPart = ({ value }: ExternalTerm): Part =>
  edges('neighbours', (graph) => {
    const isOutside = endTest(graph, isExternal)
    return ({ source, target }) => (isOutside(source) || isOutside(target)) === value
  })

/** Tests the node at an end of an edge, which is the end of others, too: each node once. */
const endTest = (graph: QueryGraph, test: NodeTest): ((id: string) => boolean) => {
  const known = new WeakMap<NodeSummary, boolean>()
  return (id) => {
    const node = graph.nodes.get(id)
    if (node === undefined) return false
    const before = known.get(node)
    if (before !== undefined) return before
    const passes = test(node)
    known.set(node, passes)
    return passes
  }
}
