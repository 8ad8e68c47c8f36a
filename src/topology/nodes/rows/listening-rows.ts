import { isLoopback } from '../../../report/address/ip.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { setFact, textFact } from '../../reports/node-facts.ts'
import type { MetadataTemplate } from './metadata-rows.ts'

/** What the row of addresses that were never used says when each was. */
export const NONE_UNUSED = 'none'

/** Where a process or container listens, and whether other machines can get there. @param priority of the rows */
export const listeningRows = (priority: number): readonly MetadataTemplate[] => [
  { id: facts.listeningAddresses, label: 'Listening on', priority },
  {
    id: facts.neverUsedAddresses,
    label: 'Never used',
    priority: priority + 10,
    // That there is none is known, too.
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
