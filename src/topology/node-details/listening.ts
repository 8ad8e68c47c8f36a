import type { PortsDocument } from '../../api/types.ts'
import { portsOf } from '../ports/port-rows.ts'
import type { ViewParts } from '../view/view-parts.ts'
import { membersOf } from './members.ts'

/** The most ports listed in the details of a node. */
export const MAX_PORTS = 500

/** The ports that the processes of a node of a view listen on; undefined when there are none. */
export const listeningOf = (
  { fragments }: Pick<ViewParts, 'fragments'>,
  nodeId: string,
): PortsDocument | undefined => {
  const rows = membersOf(fragments, nodeId, 'process').flatMap(({ of, nodes }) => {
    const processes = new Set(nodes.map(({ id }) => id))
    return portsOf(of).filter(({ process }) => processes.has(process.id))
  })
  return rows.length === 0 ? undefined : { ports: rows.slice(0, MAX_PORTS), total: rows.length }
}
