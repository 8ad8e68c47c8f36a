import type { Edge, NodeSummary } from '../../../api/types.ts'
import { isFailing } from '../../failing.ts'
import type { CompareTerm, ExternalTerm, IsTerm, MatchTerm, Query, Term } from '../language/ast.ts'
import { fieldOf } from '../language/fields.ts'
import { edgeNumberReader, namesOfEnd } from './edge-values.ts'
import { isExternal, nodeConditions } from './node-kind.ts'
import { foldedValues } from './node-texts.ts'
import {
  compareTermTest,
  matchTermTest,
  type NodeTest,
  numberTest,
  otherTermTest,
  textTermTest,
  textTest,
} from './term-tests.ts'

/** Nodes and edges that a query is asked of. */
export interface QueryGraph {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
}

/** What a query selects of a graph. */
export interface Selection {
  readonly node: NodeTest
  /** Whether an edge may be shown, if both its ends are. */
  readonly edge: EdgeTest
}

type EdgeTest = (edge: Edge) => boolean

/** A query, ready to be asked of graphs. */
export type Matcher = (graph: QueryGraph) => Selection

/**
 * A part of a query. One that speaks of connections only can be joined with another such: `to:db failed>0` are failing
 * connections to db, not the nodes that have both a failing connection and one to db.
 */
type Part = NodePart | EdgePart

interface NodePart {
  readonly of: 'nodes'
  readonly select: Matcher
}

interface EdgePart {
  readonly of: 'edges'
  readonly edges: (graph: QueryGraph) => EdgeTest
  /** Nodes that are meant though they have no such connection. */
  readonly besides: NodeTest
}

const none = (): boolean => false
const all = (): boolean => true

/**
 * Makes a query ready to be asked.
 *
 * A node term selects nodes. A connection term selects connections, and with them the nodes at both ends; several in one
 * conjunction speak of one and the same connection. `not` selects the nodes that its operand does not.
 */
export const compileQuery = (query: Query): Matcher => selectionOf(partOf(query))

const selectionOf = (part: Part): Matcher => {
  if (part.of === 'nodes') return part.select
  return (graph) => {
    const edge = part.edges(graph)
    const ends = new Set<string>()
    for (const one of graph.edges.values()) if (edge(one)) ends.add(one.source).add(one.target)
    return { node: (node) => ends.has(node.id) || part.besides(node), edge }
  }
}

const partOf = (query: Query): Part => {
  switch (query.kind) {
    case 'everything':
      return nodes(all)
    case 'not':
      return not(selectionOf(partOf(query.query)))
    case 'and':
      return and(query.queries.map(partOf))
    case 'or':
      return or(query.queries.map(partOf))
    default:
      return termPart(query)
  }
}

const nodes = (node: NodeTest): NodePart => ({ of: 'nodes', select: () => ({ node, edge: all }) })

const not = (select: Matcher): NodePart => ({
  of: 'nodes',
  select: (graph) => {
    const { node } = select(graph)
    return { node: (one) => !node(one), edge: all }
  },
})

const and = (parts: readonly Part[]): Part => {
  const ofEdges = parts.filter((part) => part.of === 'edges')
  const [firstOfEdges, ...moreOfEdges] = ofEdges
  const joined: EdgePart | undefined =
    moreOfEdges.length === 0
      ? firstOfEdges
      : {
          of: 'edges',
          edges: (graph) => {
            const tests = ofEdges.map(({ edges }) => edges(graph))
            return (edge) => tests.every((test) => test(edge))
          },
          besides: (node) => ofEdges.every(({ besides }) => besides(node)),
        }
  const matchers = parts.flatMap((part) => (part.of === 'nodes' ? [part.select] : []))
  if (matchers.length === 0 && joined) return joined
  if (joined) matchers.push(selectionOf(joined))
  return combined(matchers, 'every')
}

const or = (parts: readonly Part[]): Part => {
  const ofEdges = parts.filter((part) => part.of === 'edges')
  if (ofEdges.length < parts.length) return combined(parts.map(selectionOf), 'some')
  return {
    of: 'edges',
    edges: (graph) => {
      const tests = ofEdges.map(({ edges }) => edges(graph))
      return (edge) => tests.some((test) => test(edge))
    },
    besides: (node) => ofEdges.some(({ besides }) => besides(node)),
  }
}

const combined = (matchers: readonly Matcher[], how: 'every' | 'some'): NodePart => ({
  of: 'nodes',
  select: (graph) => {
    const selections = matchers.map((matcher) => matcher(graph))
    return {
      node: (one) => selections[how]((selection) => selection.node(one)),
      edge: (one) => selections[how]((selection) => selection.edge(one)),
    }
  },
})

const edges = (test: EdgePart['edges'], besides: NodeTest = none): EdgePart => ({
  of: 'edges',
  edges: test,
  besides,
})

const termPart = (term: Term): Part => {
  switch (term.kind) {
    case 'text':
      return nodes(textTermTest(term))
    case 'other':
      return nodes(otherTermTest(term))
    case 'match':
      return matchPart(term)
    case 'compare':
      return comparePart(term)
    case 'is':
      return isPart(term)
    case 'external':
      return externalPart(term)
  }
}

const matchPart = (term: MatchTerm): Part => {
  const { field, operator, pattern } = term
  if (field === 'to' || field === 'from') {
    const test = textTest(operator, pattern)
    return edges((graph) => {
      const selected = nodesWhere(graph, (node) => test(foldedValues(node, 'end', namesOfEnd)))
      return field === 'to' ? ({ target }) => selected.has(target) : ({ source }) => selected.has(source)
    })
  }
  const read = edgeNumberReader(field)
  if (read) return edges(() => (edge) => read(edge).length > 0, besidesOf(field, matchTermTest(term)))
  return nodes(matchTermTest(term))
}

const comparePart = (term: CompareTerm): Part => {
  const read = edgeNumberReader(term.field)
  if (!read) return nodes(compareTermTest(term))
  const test = numberTest(term)
  return edges(() => (edge) => test(read(edge)), besidesOf(term.field, compareTermTest(term)))
}

const besidesOf = (field: string, test: NodeTest): NodeTest => (fieldOf(field)?.of === 'both' ? test : none)

const isPart = ({ condition }: IsTerm): Part => {
  if (condition === 'failing') return edges(() => isFailing)
  if (condition !== 'connected') return nodes(nodeConditions[condition])
  return {
    of: 'nodes',
    select: (graph) => {
      const ends = new Set<string>()
      for (const { source, target } of graph.edges.values()) ends.add(source).add(target)
      return { node: ({ id }) => ends.has(id), edge: all }
    },
  }
}

const externalPart = ({ value }: ExternalTerm): Part =>
  edges((graph) => {
    const outside = nodesWhere(graph, isExternal)
    return ({ source, target }) => (outside.has(source) || outside.has(target)) === value
  })

const nodesWhere = (graph: QueryGraph, test: NodeTest): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const node of graph.nodes.values()) if (test(node)) found.add(node.id)
  return found
}
