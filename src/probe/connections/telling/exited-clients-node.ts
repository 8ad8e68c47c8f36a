import { createHash } from 'node:crypto'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import type { ProcessDirectory } from '../../process/directory.ts'
import type { Tally } from '../table/accounting/tally.ts'

/** One node for all exited clients that a tally stands for; undefined when nothing is known of them. */
export const exitedClientsNode = (
  tally: Tally,
  hostId: string,
  processes: ProcessDirectory,
): ReportNode | undefined => {
  const { client } = tally.identity
  const sample = client && processes.nodeOf(client)
  if (!sample) return undefined
  const hash = createHash('sha256').update(tally.key).digest('hex').slice(0, 16)
  // Only facts that all of these clients share.
  const common = [facts.hostId, facts.systemdUnit, facts.systemdSlice].flatMap((key) => {
    const value = sample.facts[key]
    return value === undefined ? [] : [[key, value] as const]
  })
  return {
    id: `${hostId};exited;${hash}`,
    topology: 'process',
    name: sample.name,
    facts: {
      ...Object.fromEntries(common),
      [facts.exited]: true,
      [facts.exitedCount]: tally.clients,
    },
    parents: sample.parents,
    controls: [],
  }
}
