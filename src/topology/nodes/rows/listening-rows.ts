import { isLoopback } from '../../../report/address/ip.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { flagFact, setFact, textFact } from '../../reports/node-facts.ts'
import type { MetadataTemplate } from './metadata-rows.ts'

/** Value of the row of never used addresses when all addresses were used. */
export const NONE_UNUSED = 'none'

/**
 * Rows for where a process or container listens, and whether other machines can reach it.
 *
 * @param priority of the rows
 */
export const listeningRows = (priority: number): readonly MetadataTemplate[] => [
  { id: facts.listeningAddresses, label: 'Listening on', priority },
  {
    id: facts.neverUsedAddresses,
    label: 'Never used',
    priority: priority + 10,
    // An empty fact means that every address was used, which differs from a missing one.
    value: (node) =>
      node.facts[facts.neverUsedAddresses] === undefined
        ? undefined
        : (textFact(node, facts.neverUsedAddresses) ?? NONE_UNUSED),
  },
  {
    id: facts.reachableFromOutside,
    label: 'Reachable from outside',
    priority,
    value: (node) => {
      // Docker speaks for its own networks alone.
      if (flagFact(node, facts.weaveReachable) && !listensOnLoopbackOnly(node)) return 'yes'
      const reachable = node.facts[facts.reachableFromOutside]
      if (reachable !== undefined) return String(reachable) === 'true' ? 'yes' : 'no'
      return listensOnLoopbackOnly(node) ? 'no' : undefined
    },
  },
]

const listensOnLoopbackOnly = (node: ReportNode): boolean => {
  const listening = setFact(node, facts.listeningAddresses)
  return (
    listening.length > 0 && listening.every((text) => isLoopback(text.replace(/^\[?(.*?)\]?:\d+$/, '$1')))
  )
}
