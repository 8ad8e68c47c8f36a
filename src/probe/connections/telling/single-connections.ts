import type { SingleConnection } from '../../../report/channel.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Account } from '../table/accounting/accounts.ts'
import type { Role } from '../table/accounting/exited/exited-processes.ts'
import { shareOf } from '../table/accounting/share.ts'
import type { Tally } from '../table/accounting/tally.ts'

/**
 * A single connection in the form that is sent to the app.
 *
 * @param endId node id of an end of a connection that a tally counts; undefined when it has none
 */
export const singleConnection = (
  { connection, tally }: Account,
  nowMs: number,
  endId: (tally: Tally, role: Role, process: ProcessRef | undefined) => string | undefined,
): SingleConnection => {
  const { client, server, lead } = connection
  const { bytesSent, bytesReceived, retransmits, connectUs } = shareOf(connection)
  const clientId = endId(tally, 'client', client?.process)
  const serverId = endId(tally, 'server', tally.identity.server ?? server?.process)
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
