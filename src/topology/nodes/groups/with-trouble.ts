import type { GroupTrouble, NodeState, NodeSummary } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { isTrouble, troubleStates } from '../../trouble.ts'
import { countNodes } from '../node-count.ts'
import { nodeState } from '../node-state.ts'

/**
 * Adds to the summary of a node that stands for several which of them are in trouble; the same summary when none is.
 *
 * @param members what it stands for, each once
 */
export const withTrouble = (summary: NodeSummary, members: Iterable<ReportNode>): NodeSummary => {
  const all = [...members]
  const counts = new Map<NodeState, number>()
  for (const member of all) {
    const state = nodeState(member)
    if (isTrouble(state)) counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  const [worst, ...others] = troubleStates.flatMap((state) => {
    const count = counts.get(state)
    return count === undefined ? [] : [{ state, count }]
  })
  if (worst === undefined) return summary
  const trouble: GroupTrouble = { of: countNodes(all).there, states: [worst, ...others] }
  return { ...summary, state: worst.state, trouble }
}
