import type { ConnectionRecord } from '../../../report/schema.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Account } from '../table/accounting/accounts.ts'
import type { Tally } from '../table/accounting/tally.ts'
import type { AddressBook } from './address-book.ts'

/** Ports of the newest connections that a record tells, when several processes share its addresses. */
const MAX_CLIENT_PORTS = 256

/** What turning tallies into records of a report takes. */
export interface ReportContext {
  readonly book: AddressBook
  /** From the tallies' clock to the probe's, ms. */
  readonly offsetMs: number
  /** Node id of a process; undefined when there is no node for it. */
  nodeId(process: ProcessRef): string | undefined
  /** Node id of the group of exited clients that a tally stands for. */
  groupId(tally: Tally): string | undefined
}

/** A tally as a report has it; undefined when neither of its processes has a node. */
export const connectionRecord = (
  tally: Tally,
  context: ReportContext,
  clientPorts: readonly number[] | undefined,
): ConnectionRecord | undefined => {
  const { client, server, serverIp, serverPort, netns, clientIp, remotePrefixBits, exitedClients, asked } =
    tally.identity
  const clientId = exitedClients ? context.groupId(tally) : client && context.nodeId(client)
  const serverId = server && context.nodeId(server)
  if (clientId === undefined && serverId === undefined) return undefined
  const bits = remotePrefixBits === undefined ? {} : { prefixBits: remotePrefixBits }
  const { book, offsetMs } = context
  const serverAddress = book.enter(serverIp, netns, { ...(client ? bits : {}), outside: !server })
  return {
    id: tally.id,
    ...(clientId === undefined ? {} : { client: clientId }),
    ...(serverId === undefined ? {} : { server: serverId }),
    ...(clientIp === undefined
      ? {}
      : { clientAddress: book.enter(clientIp, netns, { ...(client ? {} : bits), outside: !client }) }),
    serverAddress,
    serverPort,
    ...(asked
      ? { originalAddress: book.enter(asked.ip, netns, { outside: false }), originalPort: asked.port }
      : {}),
    ...(tally.serverName === undefined ? {} : { serverName: tally.serverName }),
    ...(clientPorts === undefined ? {} : { clientPorts: [...clientPorts] }),
    sinceMs: Math.max(0, tally.sinceMs + offsetMs),
    lastMs: Math.max(0, tally.lastMs + offsetMs),
    ...numbersOf(tally),
  }
}

type Numbers = Omit<ConnectionRecord, 'id' | 'serverAddress' | 'serverPort' | 'sinceMs' | 'lastMs'>

/** What is rare is told only where there is any: most records are without, and there may be many. */
const numbersOf = ({ totals, durations, connectTimes, rttUs, smoothedRttUs }: Tally): Numbers => {
  const { refused, timedOut, unreachable, outOfPorts, resetByClient, resetByServer, lost, ...common } = totals
  const rare = { refused, timedOut, unreachable, outOfPorts, resetByClient, resetByServer, lost }
  return {
    ...common,
    ...positive({ ...rare, rttUs, smoothedRttUs }),
    ...(durations.histogram && { durations: durations.histogram }),
    ...(connectTimes.histogram && { connectTimes: connectTimes.histogram }),
  }
}

const positive = <Key extends string>(numbers: Record<Key, number>): Partial<Record<Key, number>> => {
  const kept: Partial<Record<Key, number>> = {}
  for (const key in numbers) if (numbers[key] > 0) kept[key] = numbers[key]
  return kept
}

/**
 * The client ports of half tallies that others share their addresses with: without them, nobody could tell which of several
 * processes here belongs to which of several elsewhere. Rule 3 of the model.
 */
export const sharedClientPorts = (
  tallies: Iterable<Tally>,
  accounts: Iterable<Account>,
): ReadonlyMap<Tally, readonly number[]> => {
  const byAddresses = Map.groupBy(
    [...tallies].filter(({ identity }) => !(identity.client && identity.server) && !identity.exitedClients),
    ({ identity }) =>
      `${identity.client ? '>' : '<'}|${identity.clientIp}|${identity.serverIp}|${identity.serverPort}|${identity.netns}`,
  )
  const ports = new Map<Tally, number[]>()
  for (const alike of byAddresses.values())
    if (alike.length > 1) for (const tally of alike) ports.set(tally, [])
  if (ports.size === 0) return ports
  for (const { connection, tally } of accounts)
    if (!connection.lead.closed) ports.get(tally)?.push(connection.clientPort)
  for (const [tally, all] of ports) ports.set(tally, all.slice(-MAX_CLIENT_PORTS))
  return ports
}
