import type { WebSocket } from 'ws'
import type { Faults } from '../../log/faults.ts'

/** Sends pings, and terminates the socket of a probe that has not answered one by the next. */
export const keepAlive = (socket: WebSocket, intervalMs: number, faults: Faults): void => {
  let answered = true
  const ping = (): void => {
    if (answered) socket.ping()
    else socket.terminate()
    answered = false
  }
  const pinger = setInterval(() => faults.guardOf('channels')('ping a probe', ping), intervalMs)
  socket.on('pong', () => {
    answered = true
  })
  socket.on('close', () => clearInterval(pinger))
}
