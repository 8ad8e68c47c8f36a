import type { NodeSummary } from '../../api/types.ts'
import { markedSummary } from '../grouping/marks.ts'
import { mergePlaced } from '../view/assembling/group.ts'
import type { ViewParts } from '../view/assembling/parts.ts'
import type { PlacedNode } from '../view/placing/placement.ts'

/** A node of a view without its edges, merged from all reports; undefined when the view has no such node. */
export const placedNode = ({ fragments, outside }: ViewParts, id: string): PlacedNode | undefined => {
  let found: PlacedNode | undefined
  for (const { placement } of fragments) {
    const placed = placement.nodes.get(id)
    if (placed) found = found ? mergePlaced(found, placed) : placed
  }
  if (found) return { ...found, summary: markedSummary(found) }
  const summary: NodeSummary | undefined = outside.get(id)
  return summary && { summary }
}
