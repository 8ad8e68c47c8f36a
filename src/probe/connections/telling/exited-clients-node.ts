import { createHash } from 'node:crypto'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import type { ProcessDirectory } from '../../process/directory.ts'
import type { FoldedRecord } from '../table/record.ts'

/** One node for all the clients of a record that ended and were alike; undefined when nothing is known of them. */
export const exitedClientsNode = (
  record: FoldedRecord,
  hostId: string,
  processes: ProcessDirectory,
): ReportNode | undefined => {
  const { client } = record.identity
  const sample = client && processes.nodeOf(client)
  if (!sample) return undefined
  const hash = createHash('sha256').update(record.key).digest('hex').slice(0, 16)
  // What clients alike have in common.
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
      [facts.exitedCount]: record.clients,
    },
    parents: sample.parents,
    controls: [],
  }
}
