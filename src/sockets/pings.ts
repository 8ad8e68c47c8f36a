import type { WebSocket } from 'ws'
import type { Guard } from '../log/faults.ts'

/** What {@link keepPinging} needs. */
export interface PingOptions {
  /** How often sockets are pinged. */
  readonly intervalMs: number
  /** How many pings in a row a socket may leave unanswered; with the next one it is dropped. One by default. */
  readonly patience?: number
  readonly guard: Guard
}

/** A socket that is pinged. */
export interface Pinged {
  /** Call when its other end has given another sign of life: it sent something, or took what is sent to it. A ping, or its answer, may wait behind that. */
  answered(): void
}

/** Finds sockets whose other end is gone without a word. */
export interface Pings {
  /** Pings a socket until it is closed. */
  add(socket: WebSocket): Pinged
  stop(): void
}

/**
 * Pings sockets at an interval, and terminates those that leave too many pings unanswered ({@link PingOptions.patience}). Of one that is
 * paused no answer is read, so it is pinged without counting: the kernel tells by that when the other end has gone.
 *
 * @example
 * const pings = keepPinging({ intervalMs: 30_000, guard: faults.guardOf('push') })
 * pings.add(socket)
 */
export const keepPinging = ({ intervalMs, patience = 1, guard }: PingOptions): Pings => {
  /** How many pings in a row each has not answered. */
  const unanswered = new Map<WebSocket, number>()
  const ping = (): void => {
    for (const [socket, count] of unanswered) {
      if (!socket.isPaused && count >= patience) socket.terminate()
      else {
        unanswered.set(socket, socket.isPaused ? 0 : count + 1)
        socket.ping()
      }
    }
  }
  const timer = setInterval(() => guard('ping its sockets', ping), intervalMs)
  return {
    add(socket) {
      const answered = (): void => {
        if (unanswered.has(socket)) unanswered.set(socket, 0)
      }
      unanswered.set(socket, 0)
      socket.on('pong', answered)
      socket.on('close', () => unanswered.delete(socket))
      return { answered }
    },
    stop: () => clearInterval(timer),
  }
}
