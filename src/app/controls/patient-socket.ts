import type { Socket } from 'node:net'

/** What a request may wait for beside the answer of the probe: its turn, and time to send the answer. */
const MARGIN_MS = 60_000

/**
 * Keeps the connection of a request open while its answer takes long; it would be closed as idle.
 *
 * @param waitMs how long the answer may take
 * @returns sets the time limit as it was before
 */
export const patientSocket = (
  socket: Pick<Socket, 'timeout' | 'setTimeout'>,
  waitMs: number,
): (() => void) => {
  const { timeout = 0 } = socket
  if (timeout === 0 || timeout >= waitMs + MARGIN_MS) return () => {}
  socket.setTimeout(waitMs + MARGIN_MS)
  return () => socket.setTimeout(timeout)
}
