import type { SingleConnection } from '../../../report/channel.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Account } from '../table/accounting/accounts.ts'
import { shareOf } from '../table/accounting/share.ts'

/** A single connection in the form that is sent to the app. @param nodeId of a process; undefined when it has none */
export const singleConnection = (
  { connection, tally }: Account,
  nowMs: number,
  nodeId: (process: ProcessRef) => string | undefined,
): SingleConnection => {
  const { client, server, lead } = connection
  const { bytesSent, bytesReceived, retransmits, connectUs } = shareOf(connection)
  const clientId = client && nodeId(client.process)
  const serverProcess = tally.identity.server ?? server?.process
  const serverId = serverProcess && nodeId(serverProcess)
  const { rttUs, smoothedRttUs } = lead.counters
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
    ...(tally.serverName === undefined ? {} : { serverName: tally.serverName }),
    state: lead.closed ? 'closed' : 'open',
    ageMs: Math.max(0, nowMs - connection.sinceMs),
    bytesSent,
    bytesReceived,
    retransmits,
    ...(rttUs > 0 ? { rttUs } : {}),
    ...(smoothedRttUs > 0 ? { smoothedRttUs } : {}),
    ...(connectUs === undefined ? {} : { connectUs }),
  }
}
