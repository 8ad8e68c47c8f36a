import { markedSummary } from '../view/assembling/marked-summary.ts'
import type { PlacedNode } from '../view/placing/placement.ts'
import type { ViewParts } from '../view/view-parts.ts'

/** A node of a view without its edges, merged from all reports; undefined when the view has no such node. */
export const placedNode = (parts: Pick<ViewParts, 'wholeOf'>, id: string): PlacedNode | undefined => {
  const found = parts.wholeOf(id)
  return found && { ...found, summary: markedSummary(found) }
}
