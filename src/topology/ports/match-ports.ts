import type { NodeSummary, PortRow } from '../../api/types.ts'
import { allOf, type CompareTerm, type MatchTerm, type Query } from '../query/language/ast.ts'
import { fieldOf } from '../query/language/fields.ts'
import { compileQuery } from '../query/match/compile.ts'
import { FoldedTexts } from '../query/match/folded-texts.ts'
import { graphOf, type NodesAndEdges } from '../query/match/graph.ts'
import { type Listener, listenerFields, listenerTest } from '../query/match/listeners.ts'

export type PortTest = (row: PortRow) => boolean

/**
 * Compiles a query into a test of ports. Terms about listeners (`listen`, `used`, `reachable`) are tested on the
 * port. All other terms are tested on the listening process and on its container, and one of the two must match.
 *
 * @param graphs views whose nodes are these processes and containers; only called when a term needs them
 * @param texts those of the nodes, see `compileQuery`
 */
export const portTest = (
  query: Query,
  graphs: () => readonly NodesAndEdges[],
  texts = new FoldedTexts(),
): PortTest => {
  switch (query.kind) {
    case 'everything':
      return () => true
    case 'not': {
      const test = portTest(query.query, graphs, texts)
      return (row) => !test(row)
    }
    case 'or': {
      const tests = query.queries.map((one) => portTest(one, graphs, texts))
      return (row) => tests.some((test) => test(row))
    }
    case 'and': {
      const [ofListeners, besides] = partition(query.queries, isListenerTerm)
      const [ofConnections, others] = partition(besides, isOfConnections)
      // Several connection terms must hold for the same connection, so they are compiled together.
      const joined = ofConnections.length > 1 ? [nodeTest(allOf(ofConnections), graphs, texts)] : []
      const apart = ofConnections.length > 1 ? others : besides
      const tests = [
        // So do those about listeners: for the same address and port.
        ...(ofListeners.length > 0 ? [rowTest(ofListeners.filter(isListenerTerm))] : []),
        ...joined,
        ...apart.map((one) => portTest(one, graphs, texts)),
      ]
      return (row) => tests.every((test) => test(row))
    }
    default:
      return isListenerTerm(query) ? rowTest([query]) : nodeTest(query, graphs, texts)
  }
}

const partition = <Item>(items: readonly Item[], is: (item: Item) => boolean): [Item[], Item[]] => [
  items.filter(is),
  items.filter((item) => !is(item)),
]

const isListenerTerm = (query: Query): query is MatchTerm | CompareTerm =>
  (query.kind === 'match' || query.kind === 'compare') && listenerFields.has(query.field)

const isOfConnections = (query: Query): boolean => {
  if (query.kind === 'match' || query.kind === 'compare')
    return ['connection', 'both'].includes(fieldOf(query.field)?.of ?? '')
  if (query.kind === 'and' || query.kind === 'or') return query.queries.every(isOfConnections)
  return query.kind === 'external' || (query.kind === 'is' && query.condition === 'failing')
}

const written = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

/** The address that a port is listened on, and those that it is published at. */
const listenersOf = ({
  address,
  port,
  published,
  used,
  counting,
  reachable,
}: PortRow): readonly Listener[] => {
  const known = {
    ...(used.accepted > 0
      ? { used: 'yes' as const }
      : counting !== 'complete'
        ? {}
        : { used: 'never' as const }),
    reachable: reachable === 'outside' ? ('yes' as const) : ('no' as const),
  }
  return [{ address, port }, ...published].map((place) => ({
    text: written(place.address, place.port),
    ip: place.address,
    port: place.port,
    ...known,
  }))
}

/** All terms hold for one of the places of a port; what it is not to be, none of its places is. */
const rowTest = (terms: readonly (MatchTerm | CompareTerm)[]): PortTest => {
  const [isNot, is] = partition(terms, ({ operator }) => operator === '!=').map((some) =>
    some.map(listenerTest),
  )
  return (row) => {
    const places = listenersOf(row)
    return (
      places.some((place) => is?.every((test) => test(place))) &&
      places.every((place) => isNot?.every((test) => test(place)))
    )
  }
}

const nodeTest = (query: Query, graphs: () => readonly NodesAndEdges[], texts: FoldedTexts): PortTest => {
  const matcher = compileQuery(query, texts)
  let selected: ReadonlySet<string> | undefined
  return ({ process, container }) => {
    selected ??= new Set(
      graphs().flatMap((graph) => {
        const { node } = matcher.select(graphOf(graph))
        return [...graph.nodes.values()].filter((one: NodeSummary) => node(one)).map(({ id }) => id)
      }),
    )
    return selected.has(process.id) || (container !== undefined && selected.has(container.id))
  }
}
