import { byId } from '../../report/delta/by-id.ts'
import { isEnd } from '../../report/ends.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { Listener, ReportNode } from '../../report/schema.ts'

/**
 * Selects the listeners for a report: only those of processes in the report, the most recently used first.
 *
 * @returns the given list itself when none is left out
 */
export const chooseListeners = (
  listeners: Listener[],
  nodes: readonly ReportNode[],
  limits: Pick<ReportLimits, 'listeners'>,
): Listener[] => {
  const known = byId(nodes)
  const isThere = ({ process }: Listener): boolean => isEnd(known.get(process))
  const told = listeners.every(isThere) ? listeners : listeners.filter(isThere)
  if (told.length <= limits.listeners) return told
  return told.toSorted((a, b) => (b.lastMs ?? -1) - (a.lastMs ?? -1)).slice(0, limits.listeners)
}
