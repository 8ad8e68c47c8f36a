import type { Fact, ReportNode } from '../../report/schema.ts'
import type { Contribution } from '../collector.ts'

type Facts = Readonly<Record<string, Fact>>

const areSame = (a: readonly Facts[], b: readonly Facts[]): boolean =>
  a.length === b.length && a.every((facts, index) => facts === b[index])

/**
 * Adds facts to nodes that another collector reported. When several collectors report the same fact, the node's own
 * collector takes precedence, then the first of the others. Facts on unknown nodes are ignored.
 */
export interface FactAdder {
  /**
   * @returns the given nodes, where each node that gained facts is replaced by a copy; the copy stays the same object
   *   until the node or its facts change
   */
  add(
    nodes: ReadonlyMap<string, ReportNode>,
    contributions: readonly Contribution[],
  ): ReadonlyMap<string, ReportNode>
}

export const createFactAdder = (): FactAdder => {
  const made = new WeakMap<ReportNode, { readonly added: readonly Facts[]; readonly node: ReportNode }>()

  const enrich = (node: ReportNode, added: readonly Facts[]): ReportNode => {
    const known = made.get(node)
    if (known !== undefined && areSame(known.added, added)) return known.node
    const facts = Object.assign({}, node.facts, ...added.toReversed(), node.facts)
    const enriched = { ...node, facts }
    made.set(node, { added, node: enriched })
    return enriched
  }

  return {
    add(nodes, contributions) {
      const known = contributions.flatMap(({ facts }) => (facts === undefined ? [] : [facts]))
      const ids = new Set(known.flatMap((facts) => [...facts.keys()]))
      if (ids.size === 0) return nodes
      const result = new Map(nodes)
      for (const id of ids) {
        const node = nodes.get(id)
        if (node === undefined) continue
        const added = known.map((facts) => facts.get(id)).filter((facts) => facts !== undefined)
        result.set(id, enrich(node, added))
      }
      return result
    },
  }
}
