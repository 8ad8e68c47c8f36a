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

/** How long before a socket is terminated its answer is still read, and as a share of the interval at most. */
const LAST_CHANCE_MS = 1000
const LAST_CHANCE_SHARE = 1 / 4

/**
 * Pings sockets at an interval, and terminates those that leave too many pings unanswered ({@link PingOptions.patience}), a moment after
 * the next ping would be due: timers come before what has arrived, so after a pause of this process the answer may wait yet. Of one that is
 * paused no answer is read, so it is pinged without counting: the kernel tells by that when the other end has gone.
 *
 * @example
 * const pings = keepPinging({ intervalMs: 30_000, guard: faults.guardOf('push') })
 * pings.add(socket)
 */
export const keepPinging = ({ intervalMs, patience = 1, guard }: PingOptions): Pings => {
  /** How many pings in a row each has not answered. */
  const unanswered = new Map<WebSocket, number>()
  const isSilent = (socket: WebSocket): boolean =>
    !socket.isPaused && (unanswered.get(socket) ?? 0) >= patience
  const lastChanceMs = Math.min(LAST_CHANCE_MS, LAST_CHANCE_SHARE * intervalMs)
  let lastChance: NodeJS.Timeout | undefined
  const drop = (): void => {
    for (const socket of unanswered.keys()) if (isSilent(socket)) socket.terminate()
  }
  const ping = (): void => {
    let isAnySilent = false
    for (const [socket, count] of unanswered) {
      if (isSilent(socket)) isAnySilent = true
      else {
        unanswered.set(socket, socket.isPaused ? 0 : count + 1)
        socket.ping()
      }
    }
    if (!isAnySilent) return
    clearTimeout(lastChance)
    lastChance = setTimeout(() => guard('drop silent sockets', drop), lastChanceMs)
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
    stop() {
      clearInterval(timer)
      clearTimeout(lastChance)
    },
  }
}
