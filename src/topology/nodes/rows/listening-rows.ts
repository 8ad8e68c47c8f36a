import { facts } from '../../../report/facts.ts'
import type { MetadataTemplate } from './metadata-rows.ts'

/** Where a process or container listens, and whether other machines can get there. @param priority of the rows */
export const listeningRows = (priority: number): readonly MetadataTemplate[] => [
  { id: facts.listeningAddresses, label: 'Listening on', priority },
  {
    id: facts.reachableFromOutside,
    label: 'Reachable from outside',
    priority,
    value: ({ facts: known }) => {
      const reachable = known[facts.reachableFromOutside]
      return reachable === undefined ? undefined : String(reachable) === 'true' ? 'yes' : 'no'
    },
  },
]
