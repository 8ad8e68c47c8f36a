import type { NodeState } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { flagFact, numberFact, textFact } from '../reports/node-facts.ts'

/** The state of a container or process that earns a badge; undefined for all other nodes, and while it runs as it should. */
export const nodeState = (node: ReportNode): NodeState | undefined => {
  if (node.topology === 'container') return containerState(node)
  return node.topology === 'process' ? processState(node) : undefined
}

const BADGES: ReadonlySet<string> = new Set<NodeState>(['paused', 'restarting', 'exited', 'created', 'dead'])

const containerState = (container: ReportNode): NodeState | undefined => {
  const state = textFact(container, facts.containerState) ?? ''
  if (BADGES.has(state)) return state as NodeState
  return textFact(container, facts.containerHealth) === 'unhealthy' ? 'unhealthy' : undefined
}

/**
 * A process stopped by a signal or debugger does nothing until it is continued, so it is shown as paused, like a paused
 * container.
 */
const processState = (process: ReportNode): NodeState | undefined => {
  if (hasExited(process)) return 'exited'
  const state = textFact(process, facts.processState)
  return state === 'stopped' || state === 'traced' ? 'paused' : undefined
}

/** Whether a node of a report stands for a process, or several, that have exited. */
export const hasExited = (process: ReportNode): boolean =>
  flagFact(process, facts.exited) || (numberFact(process, facts.exitedCount) ?? 0) > 0
