import type { WebSocket } from 'ws'
import type { Guard } from '../log/faults.ts'

/** What {@link keepPinging} needs. */
export interface PingOptions {
  /** How often sockets are pinged; one that has not answered by the next ping is dropped. */
  readonly intervalMs: number
  readonly guard: Guard
}

/** Finds sockets whose other end is gone without a word. */
export interface Pings {
  /** Pings a socket until it is closed. */
  add(socket: WebSocket): void
  stop(): void
}

/**
 * Pings sockets at an interval, and terminates those that do not answer. One that is paused cannot answer, and is left alone.
 *
 * @example
 * const pings = keepPinging({ intervalMs: 30_000, guard: faults.guardOf('push') })
 * pings.add(socket)
 */
export const keepPinging = ({ intervalMs, guard }: PingOptions): Pings => {
  const unanswered = new Map<WebSocket, boolean>()
  const ping = (): void => {
    for (const [socket, isUnanswered] of unanswered) {
      if (socket.isPaused) unanswered.set(socket, false)
      else if (isUnanswered) socket.terminate()
      else {
        unanswered.set(socket, true)
        socket.ping()
      }
    }
  }
  const timer = setInterval(() => guard('ping its sockets', ping), intervalMs)
  return {
    add(socket) {
      unanswered.set(socket, false)
      socket.on('pong', () => unanswered.set(socket, false))
      socket.on('close', () => unanswered.delete(socket))
    },
    stop: () => clearInterval(timer),
  }
}
