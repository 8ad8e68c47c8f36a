import type {
  ConnectionEvent,
  SocketCounters,
  SocketTuple,
} from '../../../src/probe/connections/sources/events.ts'
import type { Tally } from '../../../src/probe/connections/table/accounting/tally.ts'
import { ConnectionTable, type TableOptions } from '../../../src/probe/connections/table/connection-table.ts'
import type { ProcessRef } from '../../../src/probe/process/directory.ts'

export const NETNS = 4026531840

export const processRef = (pid: number, comm = `p${pid}`, netns = NETNS): ProcessRef => ({
  pid,
  startTicks: pid * 10,
  comm,
  cgroupId: 1,
  netns,
})

export const counters = (bytesSent = 0, bytesReceived = 0): SocketCounters => ({
  bytesSent,
  bytesReceived,
  retransmits: 0,
  rttUs: 40,
  smoothedRttUs: 90,
})

export const tuple = (
  localIp: string,
  localPort: number,
  remoteIp: string,
  remotePort: number,
  netns = NETNS,
): SocketTuple => ({ netns, localIp, localPort, remoteIp, remotePort })

/** A table, and what it did. Unless told otherwise, whatever is called `docker-proxy` is one. */
export const table = (
  options: Partial<TableOptions> = {},
  exited: ReadonlySet<number> = new Set(),
  isProxy = ({ comm }: ProcessRef): boolean => comm === 'docker-proxy',
) => {
  const removed: Tally[] = []
  const created: Tally[] = []
  const made = new ConnectionTable(
    {
      graceMs: 150,
      lingerMs: 2000,
      keepMs: 600_000,
      keepEndedMs: 15_000,
      maxTallies: 20_000,
      exitedApart: 8,
      remotesApart: 256,
      netns: NETNS,
      ...options,
    },
    {
      askedFor: () => undefined,
      created: (tally) => created.push(tally),
      removed: (tally) => removed.push(tally),
      hasExited: (process) => exited.has(process.pid),
      isProxy,
      likenessOf: ({ comm, cgroupId, netns }) => `${comm} ${cgroupId} ${netns}`,
    },
  )
  return { table: made, created, removed }
}

/** `client>server ip:port` and what is not zero, for every tally. */
export const picture = (made: ConnectionTable): string[] =>
  [...made.tallies].map(({ identity, totals }) => {
    const numbers = Object.entries(totals)
      .filter(([, value]) => value !== 0)
      .map(([name, value]) => `${name}=${value}`)
    const client = identity.exitedClients
      ? `(${identity.client?.comm})`
      : (identity.client?.comm ?? identity.clientIp)
    const server = identity.exitedServers ? `(${identity.server?.comm})` : (identity.server?.comm ?? '')
    return `${client}>${server} ${identity.serverIp}:${identity.serverPort} ${numbers.join(' ')}`.trim()
  })

let nextSocket = 1

/** The events of one short connection from `client` to `server`, in order of time. */
export const connection = (
  client: ProcessRef,
  server: ProcessRef,
  at: { port?: number; clientPort?: number; timeMs?: number; ip?: string; bytes?: number } = {},
): {
  connected: ConnectionEvent
  accepted: ConnectionEvent
  clientClosed: ConnectionEvent
  serverClosed: ConnectionEvent
} => {
  const { port = 80, clientPort = 40_000 + nextSocket, timeMs = 1000, ip = '127.0.0.1', bytes = 0 } = at
  const clientSocket = nextSocket++
  const serverSocket = nextSocket++
  return {
    connected: {
      kind: 'connected',
      timeMs,
      socket: clientSocket,
      process: client,
      counters: counters(),
      ...tuple(ip, clientPort, ip, port, client.netns),
    },
    accepted: {
      kind: 'accepted',
      timeMs: timeMs + 1,
      socket: serverSocket,
      process: server,
      counters: counters(),
      ...tuple(ip, port, ip, clientPort, server.netns),
    },
    clientClosed: {
      kind: 'closed',
      timeMs: timeMs + 3,
      socket: clientSocket,
      counters: counters(bytes, 2 * bytes),
      error: 0,
    },
    serverClosed: {
      kind: 'closed',
      timeMs: timeMs + 4,
      socket: serverSocket,
      counters: counters(2 * bytes, bytes),
      error: 0,
    },
  }
}

/** What a walk over open files tells of the client's end of a connection. */
export const held = {
  kind: 'held',
  role: 'client',
  timeMs: 1000,
  socket: 1,
  process: processRef(100, 'curl'),
  counters: counters(),
  ...tuple('10.0.0.5', 4000, '10.0.0.1', 80),
} as const
