import type { ConnectionRecord } from '../../../report/schema.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Connection } from '../table/connection.ts'
import type { FoldedRecord } from '../table/record.ts'
import type { AddressBook } from './address-book.ts'

/** Ports of the newest connections that a record tells, when several processes share its addresses. */
const MAX_CLIENT_PORTS = 256

/** What turning records into those of a report takes. */
export interface ReportContext {
  readonly book: AddressBook
  /** From the records' clock to the probe's, ms. */
  readonly offsetMs: number
  /** Node id of a process; undefined when there is no node for it. */
  nodeId(process: ProcessRef): string | undefined
  /** Node id of the group of exited clients that a record stands for. */
  groupId(record: FoldedRecord): string | undefined
}

/** A record as a report has it; undefined when neither of its processes has a node. */
export const connectionRecord = (
  record: FoldedRecord,
  context: ReportContext,
  clientPorts: readonly number[] | undefined,
): ConnectionRecord | undefined => {
  const { client, server, serverIp, serverPort, netns, clientIp, remotePrefixBits, exitedClients, asked } =
    record.identity
  const clientId = exitedClients ? context.groupId(record) : client && context.nodeId(client)
  const serverId = server && context.nodeId(server)
  if (clientId === undefined && serverId === undefined) return undefined
  const bits = remotePrefixBits === undefined ? {} : { prefixBits: remotePrefixBits }
  const { book, offsetMs } = context
  const serverAddress = book.enter(serverIp, netns, { ...(client ? bits : {}), outside: !server })
  return {
    id: record.id,
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
    ...(record.serverName === undefined ? {} : { serverName: record.serverName }),
    ...(clientPorts === undefined ? {} : { clientPorts: [...clientPorts] }),
    sinceMs: Math.max(0, record.sinceMs + offsetMs),
    lastMs: Math.max(0, record.lastMs + offsetMs),
    ...record.totals,
    ...(record.rttUs > 0 ? { rttUs: record.rttUs } : {}),
  }
}

/**
 * The client ports of half records that others share their addresses with: without them, nobody could tell which of several
 * processes here belongs to which of several elsewhere. Rule 3 of the model.
 */
export const sharedClientPorts = (
  records: Iterable<FoldedRecord>,
  connections: () => Iterable<Connection>,
): ReadonlyMap<FoldedRecord, readonly number[]> => {
  const byAddresses = Map.groupBy(
    [...records].filter(({ identity }) => !(identity.client && identity.server) && !identity.exitedClients),
    ({ identity }) =>
      `${identity.client ? '>' : '<'}|${identity.clientIp}|${identity.serverIp}|${identity.serverPort}|${identity.netns}`,
  )
  const ports = new Map<FoldedRecord, number[]>()
  for (const alike of byAddresses.values())
    if (alike.length > 1) for (const record of alike) ports.set(record, [])
  if (ports.size === 0) return ports
  for (const connection of connections())
    if (!connection.lead.closed && connection.record)
      ports.get(connection.record)?.push(connection.clientPort)
  for (const [record, all] of ports) ports.set(record, all.slice(-MAX_CLIENT_PORTS))
  return ports
}
