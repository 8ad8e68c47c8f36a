import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { addressKey, boundOf } from './address-key.ts'

/**
 * Limits the connections per client address: those beyond the limit are closed at once.
 *
 * @param perAddress see {@link boundOf}
 */
export const boundConnections = (server: Server, perAddress: number): void => {
  const counts = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    const key = addressKey(remoteAddress)
    const count = counts.get(key) ?? 0
    if (count >= boundOf(perAddress, remoteAddress)) return void socket.destroy()
    counts.set(key, count + 1)
    socket.once('close', () => {
      const rest = (counts.get(key) ?? 1) - 1
      if (rest > 0) counts.set(key, rest)
      else counts.delete(key)
    })
  })
}
