import { isFailing } from '../../../src/topology/failing.ts'
import { count } from '../words/format.ts'
import type { Graph } from './graph.ts'

/** What happened to a view while it was not shown. */
export interface Missed {
  /** Nodes that are there and were not. */
  readonly appeared: number
  /** Nodes that were there and are not. */
  readonly gone: number
  /** Edges on which connections fail, and did not. */
  readonly failing: number
}

/** Nothing. */
export const nothingMissed: Missed = { appeared: 0, gone: 0, failing: 0 }

/**
 * What differs between a view as it is shown and as it is now. What came and went meanwhile is not counted.
 *
 * @param shown the graph when it was stopped
 */
export function missedSince(shown: Graph, now: Graph): Missed {
  let failing = 0
  for (const edge of now.edges.values()) {
    const before = shown.edges.get(edge.id)
    if (isFailing(edge) && !(before && isFailing(before))) failing += 1
  }
  return { appeared: without(now.nodes, shown.nodes), gone: without(shown.nodes, now.nodes), failing }
}

/** How many keys of a map another lacks. */
function without(of: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): number {
  if (of === other) return 0
  let missing = 0
  for (const id of of.keys()) if (!other.has(id)) missing += 1
  return missing
}

/**
 * What was missed in words: `3 new, 1 gone, 2 failing since`; empty when nothing was.
 *
 * @param filtered whether the view has a filter, which nodes may only have begun or ceased to match
 */
export function missedWords({ appeared, gone, failing }: Missed, filtered = false): string {
  return [
    appeared > 0 ? `${count(appeared)} ${filtered ? 'now shown' : 'new'}` : '',
    gone > 0 ? `${count(gone)} ${filtered ? 'no longer shown' : 'gone'}` : '',
    failing > 0 ? `${count(failing)} failing since` : '',
  ]
    .filter(Boolean)
    .join(', ')
}
