import type { ViewDocument } from '../../../../src/api/types.ts'
import type { Host } from './host.ts'

/** Connections that are open: how many by `alpha~1;12 → beta~2;34 :80`. */
export type OpenConnections = Readonly<Record<string, number>>

interface Socket {
  readonly host: Host
  readonly pid: number
  readonly local: string
  readonly peer: string
}

const plain = (address: string): string => address.replace('[::ffff:', '').replace(/^([\d.]+)\]/, '$1')

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))

/** The loopback address is another one on each host. */
const from = ({ name }: Host, address: string): string =>
  /^(127\.|\[::1\])/.test(address) ? `${name} ${address}` : address

const establishedOn = (host: Host): Socket[] => {
  const sockets: Socket[] = []
  for (const line of host.exec('ss', '-HtnpO', 'state', 'established').split('\n')) {
    const [, , local, peer] = line.trim().split(/\s+/)
    const pid = /pid=(\d+)/.exec(line)?.[1]
    if (local === undefined || peer === undefined || pid === undefined) continue
    sockets.push({
      ...{ host, pid: Number(pid) },
      ...{ local: from(host, plain(local)), peer: from(host, plain(peer)) },
    })
  }
  return sockets
}

const listeningOn = (host: Host): ReadonlySet<number> =>
  new Set(
    host
      .exec('ss', '-HtnO', 'state', 'listening')
      .split('\n')
      .map((line) => portOf(line.trim().split(/\s+/)[2] ?? '')),
  )

const sorted = (counts: ReadonlyMap<string, number>): OpenConnections =>
  Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)))

/**
 * The connections between programs of these hosts that are open now, as `ss` lists their ends on each host.
 *
 * @param counts whether a connection of these processes (their node ids) is of interest
 */
export const openConnections = (
  hosts: readonly Host[],
  counts: (source: string, target: string) => boolean,
): OpenConnections => {
  const sockets = hosts.flatMap(establishedOn)
  const byEnds = new Map(sockets.map((socket) => [`${socket.local} ${socket.peer}`, socket]))
  const found = new Map<string, number>()
  for (const host of hosts) {
    const ports = listeningOn(host)
    for (const server of sockets) {
      if (server.host !== host || !ports.has(portOf(server.local))) continue
      const client = byEnds.get(`${server.peer} ${server.local}`)
      if (client === undefined) continue
      const [source, target] = [client.host.processId(client.pid), host.processId(server.pid)]
      if (!counts(source, target)) continue
      const key = `${source} → ${target} :${portOf(server.local)}`
      found.set(key, (found.get(key) ?? 0) + 1)
    }
  }
  return sorted(found)
}

/** The same as a view of processes tells it. Edges with several ports name them all. */
export const shownConnections = (
  { edges }: ViewDocument,
  counts: (source: string, target: string) => boolean,
): OpenConnections => {
  const found = new Map<string, number>()
  for (const { source, target, open, ports } of Object.values(edges))
    if (open > 0 && counts(source, target)) found.set(`${source} → ${target} :${ports.join(',')}`, open)
  return sorted(found)
}
