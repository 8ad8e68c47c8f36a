import type { PortsDocument } from '../../api/types.ts'
import type { HeldReport } from '../held-report.ts'
import { portsOf } from '../ports/port-rows.ts'
import type { ViewParts } from '../view/parts.ts'
import { membersOf } from './members.ts'

/** Details tell of at most so many. */
export const MAX_PORTS = 500

/** Where the processes that a node of a view stands for wait for connections; undefined when nowhere. */
export const listeningOf = (
  { fragments }: ViewParts,
  nodeId: string,
  held: readonly HeldReport[],
): PortsDocument | undefined => {
  const rows = membersOf(fragments, nodeId, 'process').flatMap(({ index, nodes }) => {
    const from = held.find(({ report }) => report === index.report)
    if (from === undefined) return []
    const processes = new Set(nodes.map(({ id }) => id))
    return portsOf(from).filter(({ process }) => processes.has(process.id))
  })
  return rows.length === 0 ? undefined : { ports: rows.slice(0, MAX_PORTS), total: rows.length }
}
