import type { ReportNode } from '../../report/schema.ts'
import type { Contribution } from '../collector.ts'
import { createFactAdder } from './add-facts.ts'

/** The nodes of all collectors. */
export interface MergedNodes {
  readonly byId: ReadonlyMap<string, ReportNode>
  /** The same nodes; must not be changed. */
  readonly list: ReportNode[]
  /** How many nodes the collectors reported, including those that cannot be sent. */
  readonly told: number
}

type Source = Pick<Contribution, 'nodes' | 'facts'>

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a === b || (a.length === b.length && a.every((value, index) => value === b[index]))

const isSame = (a: readonly Source[], b: readonly Source[]): boolean =>
  a.length === b.length &&
  a.every(({ nodes, facts }, index) => facts === b[index]?.facts && isSameList(nodes, b[index]?.nodes ?? []))

/**
 * Creates a function that merges the nodes and facts of all collectors. When two report a node with the same id, the
 * first takes precedence. A node that did not change stays the same object, and when none changed nothing is computed
 * again.
 *
 * @returns a function of the contributions; it returns the same object while nothing changes
 */
export const createNodeMerger = (): ((contributions: readonly Contribution[]) => MergedNodes) => {
  const factAdder = createFactAdder()
  let sources: readonly Source[] = []
  let merged: MergedNodes = { byId: new Map(), list: [], told: 0 }

  const merge = (contributions: readonly Contribution[]): MergedNodes => {
    const all = new Map<string, ReportNode>()
    for (const { nodes } of contributions)
      for (const node of nodes) if (!all.has(node.id)) all.set(node.id, node)
    const byId = factAdder.add(all, contributions)
    return { byId, list: [...byId.values()], told: all.size }
  }

  return (contributions) => {
    if (isSame(sources, contributions)) return merged
    sources = contributions.map(({ nodes, facts }) => ({ nodes, ...(facts !== undefined && { facts }) }))
    merged = merge(contributions)
    return merged
  }
}
