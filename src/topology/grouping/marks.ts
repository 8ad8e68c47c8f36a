import type { NodeSummary } from '../../api/types.ts'
import type { PlacedNode } from '../view/placement.ts'

const marked = new WeakMap<NodeSummary, NodeSummary>()

/**
 * The summary of a node that says which open group it is in; one that has parts in several says nothing. The same object
 * for the same summary and group.
 */
export const markedSummary = ({ summary, within }: Pick<PlacedNode, 'summary' | 'within'>): NodeSummary => {
  const [group, ...others] = within ?? []
  if (group === undefined || others.length > 0) return summary
  const known = marked.get(summary)
  if (known?.group?.id === group.id && known.group.label === group.label) return known
  const made: NodeSummary = { ...summary, group }
  marked.set(summary, made)
  return made
}
