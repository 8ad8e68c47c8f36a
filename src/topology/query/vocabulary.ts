import type { NodeSummary } from '../types.ts'
import type { QueryGraph } from './compile.ts'
import { fieldOf } from './fields.ts'
import { familyOfTable } from './node-texts.ts'
import { numberReader, textReader } from './node-values.ts'

/** What is seen on the map, for completion. */
export interface Vocabulary {
  /** Values of a field, each with how many nodes have it. */
  values(field: string): ReadonlyMap<string, number>
  /** Names below `label.` or `env.`, each with how many nodes have it. */
  names(family: 'label' | 'env'): ReadonlyMap<string, number>
}

/** Longer values are for looking at, not for typing. */
const MAX_VALUE_LENGTH = 100

/** Numbers that name something; others are measured. */
const NAMING: ReadonlySet<string> = new Set(['port', 'listen', 'pid'])

/** The vocabulary of what some views show. Reads them only where it is asked. */
export const vocabularyOf = (graphs: readonly QueryGraph[]): Vocabulary => {
  const count = (read: (node: NodeSummary) => Iterable<string>): Map<string, number> => {
    const counts = new Map<string, number>()
    const seen = new Set<string>()
    for (const { nodes } of graphs) {
      for (const node of nodes.values()) {
        if (seen.has(node.id)) continue
        seen.add(node.id)
        for (const value of new Set(read(node))) {
          if (value.length > 0 && value.length <= MAX_VALUE_LENGTH)
            counts.set(value, (counts.get(value) ?? 0) + 1)
        }
      }
    }
    return counts
  }
  return {
    values(field) {
      // Whoever can be at an end of a connection can be named as one.
      if (field === 'to' || field === 'from')
        return count((node) => [node.label, ...textReader('image')(node)])
      const type = fieldOf(field)?.type
      if (type === 'text' || type === 'address') return count(textReader(field))
      if (!NAMING.has(field)) return new Map()
      const numbers = count((node) => numberReader(field)(node).map(String))
      if (field !== 'port') return numbers
      for (const { edges } of graphs) {
        for (const { ports } of edges.values())
          for (const port of ports) numbers.set(String(port), (numbers.get(String(port)) ?? 0) + 1)
      }
      return numbers
    },
    names: (family) =>
      count(({ tables = [] }) =>
        tables
          .filter((table) => familyOfTable(table) === family)
          .flatMap(({ rows }) => rows.map(({ entries: { label = '' } }) => label)),
      ),
  }
}
