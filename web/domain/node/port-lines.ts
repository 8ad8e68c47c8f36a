import type { Column, PortRow } from '../../../src/api/types.ts'
import type { Cell, Line } from '../plot/table.ts'
import { count } from '../words/format.ts'
import { ago } from '../words/time.ts'

const column = (id: string, label: string): Column => ({ id, label, defaultSort: false, dataType: 'text' })

/** Columns of the table of ports, after the address. */
export const portColumns: readonly Column[] = [
  column('reachable', 'Reachable'),
  column('used', 'Used'),
  column('last', 'Last used'),
]

const reaches: Readonly<Record<PortRow['reachable'], { readonly text: string; readonly full: string }>> = {
  loopback: { text: 'loopback', full: 'From its own network namespace only' },
  host: { text: 'host', full: 'From this host only' },
  containers: { text: 'containers', full: 'From this host and from containers on the same networks' },
  outside: { text: 'outside', full: 'From other machines, unless a firewall forbids it' },
}

/** `0.0.0.0:80`, `[::1]:80` */
export function socketAddress({ address, port }: Pick<PortRow, 'address' | 'port'>): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/**
 * The lines of a node's listening sockets: published addresses, from where each can be reached, and how it was used.
 */
export function portLines(ports: readonly PortRow[], nodeId: string, nowMs: number): readonly Line[] {
  return ports.map((row) => {
    const { used, process, published, reachable } = row
    const last = used.last === undefined ? undefined : Date.parse(used.last)
    const peer = used.lastPeer && [used.lastPeer.label, used.lastPeer.address].filter(Boolean).join(' ')
    const publishedAs =
      published.length === 0 ? undefined : `published as ${published.map(socketAddress).join(', ')}`
    const cells: (readonly [string, Cell])[] = [
      ['reachable', { ...reaches[reachable], order: Object.keys(reaches).indexOf(reachable) }],
      ['used', usedCell(row)],
    ]
    if (last !== undefined)
      cells.push(['last', { text: ago(last, nowMs), full: new Date(last).toLocaleString(), order: last }])
    return {
      id: row.id,
      nodeId: process.id,
      label: socketAddress(row),
      minor: [listenerName(row, nodeId), publishedAs, peer && `last from ${peer}`]
        .filter(Boolean)
        .join(' · '),
      trouble: undefined,
      hint: [`${process.label} listens on ${socketAddress(row)}`, publishedAs, peer && `last from ${peer}`]
        .filter(Boolean)
        .join('\n'),
      cells: new Map(cells),
    }
  })
}

/** The name of the listening process, with its container; undefined when the card is about that process. */
function listenerName({ process, container }: PortRow, nodeId: string): string | undefined {
  if (process.id === nodeId) return undefined
  return container === undefined || container.id === nodeId
    ? process.label
    : `${container.label} (${process.label})`
}

/** The number of accepted connections. Zero is shown as `never` only where the probe sees every connection. */
function usedCell({ used, since, counting }: PortRow): Cell {
  const watched = `since ${new Date(since).toLocaleString()}`
  if (used.accepted > 0) {
    const seen = counting === 'complete' ? 'Connections' : 'Connections that were seen'
    return { text: count(used.accepted), full: `${seen} ${watched}`, order: used.accepted }
  }
  return counting === 'complete'
    ? { text: 'never', full: `Nobody connected ${watched}`, order: 0 }
    : { text: 'not seen', full: `Not every connection is seen here; none was ${watched}`, order: 0 }
}
