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

/** The sockets of established connections that processes hold, and the ports where somebody listens. */
const socketsOn = (
  host: Host,
): { readonly established: readonly Socket[]; readonly ports: ReadonlySet<number> } => {
  const established: Socket[] = []
  const ports = new Set<number>()
  for (const line of host.exec('ss', '-HtanpO').split('\n')) {
    const [state, , , local, peer] = line.trim().split(/\s+/)
    const pid = /pid=(\d+)/.exec(line)?.[1]
    if (local === undefined || peer === undefined) continue
    if (state === 'LISTEN') ports.add(portOf(local))
    if (state !== 'ESTAB' || pid === undefined) continue
    established.push({
      ...{ host, pid: Number(pid) },
      ...{ local: from(host, plain(local)), peer: from(host, plain(peer)) },
    })
  }
  return { established, ports }
}

const sorted = (counts: ReadonlyMap<string, number>): OpenConnections =>
  Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)))

/** Stands for an end that is no process of the hosts, or no longer there: its packets were lost with its link. */
export const UNKNOWN = '?'

/** Adds to what was counted for a connection. */
const count = (
  found: Map<string, number>,
  source: string,
  target: string,
  ports: string,
  open: number,
): void => {
  const key = `${source} → ${target} :${ports}`
  found.set(key, (found.get(key) ?? 0) + open)
}

/**
 * The connections of programs of these hosts that are open now, as `ss` lists their ends on each host.
 *
 * @param counts whether a connection of these processes (their node ids) is of interest
 */
export const openConnections = (
  hosts: readonly Host[],
  counts: (source: string, target: string) => boolean,
): OpenConnections => {
  const looked = hosts.map((host) => ({ host, ...socketsOn(host) }))
  const sockets = looked.flatMap(({ established }) => established)
  const byEnds = new Map(sockets.map((socket) => [`${socket.local} ${socket.peer}`, socket]))
  const idOf = (socket: Socket | undefined): string => socket?.host.processId(socket.pid) ?? UNKNOWN
  const found = new Map<string, number>()
  for (const { established, ports } of looked) {
    for (const socket of established) {
      const other = byEnds.get(`${socket.peer} ${socket.local}`)
      const serves = ports.has(portOf(socket.local))
      // A connection whose both ends are there is counted at the server.
      if (!serves && other !== undefined) continue
      const [source, target] = serves ? [idOf(other), idOf(socket)] : [idOf(socket), UNKNOWN]
      const port = portOf(serves ? socket.local : socket.peer)
      if (counts(source, target)) count(found, source, target, String(port), 1)
    }
  }
  return sorted(found)
}

/**
 * The same as a view of processes tells it. Edges with several ports name them all.
 *
 * @param hosts whose processes are told by their ids; other nodes are {@link UNKNOWN}
 */
export const shownConnections = (
  { edges }: ViewDocument,
  hosts: readonly Host[],
  counts: (source: string, target: string) => boolean,
): OpenConnections => {
  const found = new Map<string, number>()
  const named = (id: string) => (hosts.some((host) => id.startsWith(`${host.id};`)) ? id : UNKNOWN)
  for (const { source, target, open, ports } of Object.values(edges))
    if (open > 0 && counts(source, target)) count(found, named(source), named(target), ports.join(','), open)
  return sorted(found)
}
