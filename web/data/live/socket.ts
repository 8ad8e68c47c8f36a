import { SOCKET_PROTOCOL, TICKET_PROTOCOL_PREFIX } from '../../../src/api/credentials.ts'
import { lacksSession, send } from '../client.ts'
import { tellRefused } from '../refusals.ts'
import { heldSecret } from '../session-secret.ts'

/**
 * Opens a WebSocket of the app. With a session it first asks for a ticket, which opens one socket; so each socket needs a
 * new one.
 *
 * @returns the socket, which is not open yet
 * @throws {RequestError} when the app gave no ticket
 */
export async function openSocket(url: URL): Promise<WebSocket> {
  if (heldSecret() === undefined) return new WebSocket(url)
  return new WebSocket(url, [SOCKET_PROTOCOL, TICKET_PROTOCOL_PREFIX + (await askTicket())])
}

async function askTicket(): Promise<string> {
  try {
    return (await send('post', '/api/ticket', {})).ticket
  } catch (error) {
    if (lacksSession(error)) tellRefused()
    throw error
  }
}
