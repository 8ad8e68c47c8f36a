import type { Edge } from '../../../src/api/types.ts'
import { count, plural } from '../words/format.ts'

/** An edge in a few words, for screen readers: `2 open`, `30 opened`. */
export function edgeSummary(edge: Edge): readonly string[] {
  if (edge.told) return [toldWords(edge)]
  const words = [`${count(edge.open)} open`, `${count(edge.opened)} opened`]
  return edge.failed > 0 ? [...words, `${plural(edge.failed, 'connection')} failed`] : words
}

/** What is known of a connection that was told, not traced. */
export function toldWords({ open }: Edge): string {
  return open > 0 ? 'established' : 'not established yet'
}
