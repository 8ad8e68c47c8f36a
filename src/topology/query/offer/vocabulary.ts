import type { NodeSummary } from '../../../api/types.ts'
import { keepLatest } from '../../keep-latest.ts'
import type { UndatedEdge } from '../../view/view-edge.ts'
import { fieldOf } from '../language/fields.ts'
import type { NodesAndEdges } from '../match/graph.ts'
import { listenersOf } from '../match/listeners.ts'
import { familyOfTable } from '../match/node-texts.ts'
import { numberReader, textReader } from '../match/node-values.ts'

/**
 * The values on the map, for completion. A count is the largest of any single view, because several views show the
 * same things.
 */
export interface Vocabulary {
  /** The values of a field, each with the number of nodes (and connections) of a view that have it. */
  values(field: string): ReadonlyMap<string, number>
  /** The names after `label.` or `env.`, each with the number of nodes of a view that have it. */
  names(family: 'label' | 'env'): ReadonlyMap<string, number>
}

/** Longer values are not offered, as nobody types them. */
const MAX_VALUE_LENGTH = 100

/** Of how many fields the values are remembered, and of how many kinds of names. */
const MAX_REMEMBERED = 64

/** Numeric fields whose values identify something. Values of other numeric fields are measurements, and not offered. */
const NAMING: ReadonlySet<string> = new Set(['port', 'pid'])

/** The vocabulary of some views. Values are only collected when they are asked for, and then remembered. */
export const vocabularyOf = (graphs: readonly NodesAndEdges[]): Vocabulary => {
  const { values, names } = collectorOf(graphs)
  return { values: remembering(values), names: remembering(names) }
}

/** Remembers the latest finds. A query can name any label, so not all are kept. */
const remembering = <Key, Found>(find: (key: Key) => Found): ((key: Key) => Found) => {
  const known = new Map<Key, Found>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const found = find(key)
    keepLatest(known, key, found, MAX_REMEMBERED)
    return found
  }
}

const collectorOf = (graphs: readonly NodesAndEdges[]): Vocabulary => {
  const count = (
    read: (node: NodeSummary) => Iterable<string>,
    readEdge = readNothing,
  ): Map<string, number> => {
    const most = new Map<string, number>()
    for (const { nodes, edges } of graphs) {
      const counts = new Map<string, number>()
      for (const node of nodes.values()) for (const value of new Set(read(node))) addOne(counts, value)
      for (const edge of edges.values()) for (const value of readEdge(edge)) addOne(counts, value)
      for (const [value, times] of counts)
        if (value.length > 0 && value.length <= MAX_VALUE_LENGTH)
          most.set(value, Math.max(most.get(value) ?? 0, times))
    }
    return most
  }
  return {
    values(field) {
      // Any node may be an end of a connection.
      if (field === 'to' || field === 'from')
        return count((node) => [node.label, ...textReader('image')(node)])
      const type = fieldOf(field)?.type
      if (type === 'text' || type === 'address') return count(textReader(field))
      if (type === 'listener')
        return count((node) => listenersOf(node).flatMap(({ text, port }) => [text, String(port)]))
      if (!NAMING.has(field)) return new Map()
      return count(
        (node) => numberReader(field)(node).map(String),
        field === 'port' ? ({ ports }) => ports.map(String) : readNothing,
      )
    },
    names: (family) =>
      count(({ tables = [] }) =>
        tables
          .filter((table) => familyOfTable(table) === family)
          .flatMap(({ rows }) => rows.map(({ entries: { label = '' } }) => label)),
      ),
  }
}

const readNothing = (_: UndatedEdge): readonly string[] => []

const addOne = (counts: Map<string, number>, value: string): void => {
  counts.set(value, (counts.get(value) ?? 0) + 1)
}
