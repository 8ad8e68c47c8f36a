import type { MetadataRow } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { counted } from './naming/labels.ts'
import { hasExited } from './node-state.ts'
import { processCount } from './process-summary.ts'

/** How many hosts, processes, containers or images some nodes stand for: a node of processes may stand for several that have exited. */
export interface NodeCount {
  /** Those that are there: all but the exited processes. */
  readonly there: number
  /** Processes that have exited, and of which the connections are still shown. */
  readonly exited: number
}

/** Counts what nodes stand for. */
export const countNodes = (nodes: Iterable<ReportNode>): NodeCount => {
  let there = 0
  let exited = 0
  for (const node of nodes)
    if (node.topology === 'process' && hasExited(node)) exited += processCount(node)
    else there += 1
  return { there, exited }
}

/** `2 processes`, `2 processes, 63 exited`, `63 exited`. */
export const processWords = ({ there, exited }: NodeCount): string => {
  const words = exited === 0 || there > 0 ? [counted(there, 'process', 'processes')] : []
  return [...words, ...exitedWords(exited)].join(', ')
}

/** `63 exited`; nothing when there are none. */
export const exitedWords = (exited: number): string[] =>
  exited === 0 ? [] : [counted(exited, 'exited', 'exited')]

/** The row of exited processes; none when there are none. @param priority that of the row before */
export const exitedRows = (exited: number, priority: number): MetadataRow[] =>
  exited === 0
    ? []
    : [
        {
          id: facts.exitedCount,
          label: 'Exited processes',
          value: String(exited),
          priority,
          dataType: 'number',
        },
      ]
