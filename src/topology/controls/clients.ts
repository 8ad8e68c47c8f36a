import type { Controllable } from '../../api/types.ts'
import { flowsOfNode } from '../node-details/flows-of-node.ts'
import { placedNode } from '../node-details/placed-node.ts'
import type { ViewParts } from '../view/assembling/parts.ts'

/** Names that are told, at most. */
const MAX_NAMES = 5

/**
 * Who is connected to a node of a view now, and would notice if it stopped. Connections within the node do not count.
 *
 * @param parts of the view with nothing hidden, so that nobody is left out
 */
export const clientsOf = (parts: ViewParts, nodeId: string): Controllable['clients'] => {
  const openBySource = new Map<string, number>()
  for (const { source, flow } of flowsOfNode(parts, nodeId, 'target')) {
    const { open } = flow.numbers
    if (open > 0 && source !== nodeId) openBySource.set(source, (openBySource.get(source) ?? 0) + open)
  }
  const sources = [...openBySource].sort(
    ([a, openOfA], [b, openOfB]) => openOfB - openOfA || (a < b ? -1 : 1),
  )
  const names = new Set<string>()
  for (const [id] of sources) {
    if (names.size >= MAX_NAMES) break
    names.add(placedNode(parts, id)?.summary.label ?? id)
  }
  return {
    open: sources.reduce((sum, [, open]) => sum + open, 0),
    total: sources.length,
    names: [...names],
  }
}
