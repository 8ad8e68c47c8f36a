import type { PortsDocument } from '../../api/types.ts'
import type { HeldReport } from '../held-report.ts'
import { portsOf } from '../ports/port-rows.ts'
import type { ViewParts } from '../view/assembling/parts.ts'
import { membersOf } from './members.ts'

/** The most ports listed in the details of a node. */
export const MAX_PORTS = 500

/** The ports that the processes of a node of a view listen on; undefined when there are none. */
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
