import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { textFact } from './node-facts.ts'

const RUNNING: ReadonlySet<string> = new Set(['running', 'restarting', 'paused'])

/**
 * Whether the container counts as running: it is running, restarting or paused, so that it still holds its addresses.
 * Also true while its state is not known.
 */
export const isRunningContainer = (container: ReportNode): boolean => {
  const state = textFact(container, facts.containerState)
  return state === undefined || RUNNING.has(state)
}
