import { SOCKET_PROTOCOL, TICKET_PROTOCOL_PREFIX } from '../../../src/api/credentials.ts'
import { lacksSession, send } from '../client.ts'
import { tellRefused } from '../refusals.ts'
import { heldSecret } from '../session-secret.ts'

/**
 * Opens a WebSocket of the app. With a session it first asks for a ticket, which opens one socket; so each socket needs a
 * new one.
 *
 * @param protocol a subprotocol to prefer; whether the app speaks it, the open socket tells
 * @returns the socket, which is not open yet
 * @throws {RequestError} when the app gave no ticket
 */
export async function openSocket(url: URL, protocol?: string): Promise<WebSocket> {
  const preferred = protocol === undefined ? [] : [protocol, SOCKET_PROTOCOL]
  if (heldSecret() === undefined) return new WebSocket(url, preferred)
  const ticket = TICKET_PROTOCOL_PREFIX + (await askTicket())
  return new WebSocket(url, [...(protocol === undefined ? [SOCKET_PROTOCOL] : preferred), ticket])
}

async function askTicket(): Promise<string> {
  try {
    return (await send('post', '/api/ticket', {})).ticket
  } catch (error) {
    if (lacksSession(error)) tellRefused()
    throw error
  }
}
