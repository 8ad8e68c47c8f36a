import type { SingleConnection } from '../../../report/channel.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Connection } from '../table/connection.ts'

/** A connection as it is told. @param nodeId of a process; undefined when it has none */
export const singleConnection = (
  connection: Connection,
  nowMs: number,
  nodeId: (process: ProcessRef) => string | undefined,
): SingleConnection => {
  const { client, server, lead, record } = connection
  const { bytesSent, bytesReceived, retransmits } = connection.measure()
  const clientId = client && nodeId(client.process)
  const serverProcess = record?.identity.server ?? server?.process
  const serverId = serverProcess && nodeId(serverProcess)
  const { rttUs } = lead.counters
  return {
    client: {
      ...(clientId === undefined ? {} : { process: clientId }),
      ip: connection.clientIp,
      port: connection.clientPort,
    },
    server: {
      ...(serverId === undefined ? {} : { process: serverId }),
      ip: connection.serverIp,
      port: connection.serverPort,
    },
    ...(record?.serverName === undefined ? {} : { serverName: record.serverName }),
    state: lead.closed ? 'closed' : 'open',
    ageMs: Math.max(0, nowMs - connection.sinceMs),
    bytesSent,
    bytesReceived,
    retransmits,
    ...(rttUs > 0 ? { rttUs } : {}),
  }
}
