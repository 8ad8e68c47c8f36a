import type { Edge } from '../../../src/api/types.ts'
import { isFailing } from '../../../src/topology/failing.ts'
import type { Graph } from '../graph/graph.ts'
import { count, plural } from '../words/format.ts'
import { bytesRate } from './edge-look.ts'

/** Who calls whom in one line of several edges. */
export interface EdgePart {
  readonly id: string
  readonly from: string
  readonly to: string
  /** How many connections are open, or that they fail. */
  readonly words: string
  readonly tone?: 'fail'
}

/** What several edges that are drawn as one consist of. */
export interface EdgeParts {
  /** How many there are, and what they have open together. */
  readonly sum: string
  /** Failing ones first, then those with most traffic. */
  readonly parts: readonly EdgePart[]
  /** How many more there are. */
  readonly rest: number
}

/** The parts of several edges that are drawn as one. @param most how many parts are told */
export function edgeParts(ids: ReadonlySet<string>, graph: Graph, most: number): EdgeParts {
  const edges = [...ids].flatMap((id) => graph.edges.get(id) ?? [])
  const open = edges.reduce((sum, edge) => sum + edge.open, 0)
  const nameOf = (id: string) => graph.nodes.get(id)?.label ?? id
  const parts = edges.toSorted(byImportance).slice(0, most)
  return {
    sum: `${plural(edges.length, 'edge')}, ${count(open)} open`,
    parts: parts.map((edge): EdgePart => {
      const ends = { id: edge.id, from: nameOf(edge.source), to: nameOf(edge.target) }
      return isFailing(edge)
        ? { ...ends, words: `${count(edge.failed)} failed`, tone: 'fail' }
        : { ...ends, words: `${count(edge.open)} open` }
    }),
    rest: edges.length - parts.length,
  }
}

function byImportance(a: Edge, b: Edge): number {
  return (
    Number(isFailing(b)) - Number(isFailing(a)) ||
    bytesRate(b) - bytesRate(a) ||
    b.open - a.open ||
    (a.id < b.id ? -1 : 1)
  )
}
