import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { textFact } from './node-facts.ts'

const RUNNING: ReadonlySet<string> = new Set(['running', 'restarting', 'paused'])

/** Holds its addresses and counts as running on the map; also true while the state is not known yet. */
export const isRunningContainer = (container: ReportNode): boolean => {
  const state = textFact(container, facts.containerState)
  return state === undefined || RUNNING.has(state)
}
