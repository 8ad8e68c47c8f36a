import type { RequestListener } from 'node:http'

/** What an answer's reader must take. */
export interface ReadingLimits {
  /** Time in which it need take nothing. */
  readonly graceMs: number
  /** What it must take after that, on average. */
  readonly bytesPerSecond: number
  readonly checkIntervalMs: number
}

/** The least that a bad line does: 16 kB a second, after half a minute. */
export const defaultReadingLimits: ReadingLimits = {
  graceMs: 30_000,
  bytesPerSecond: 16 * 1024,
  checkIntervalMs: 10_000,
}

/**
 * Drops connections whose other end takes an answer by the drop: that never stalls, and would hold what is sent for as long as
 * it likes. One that takes nothing at all is dropped by the time limit of its socket.
 */
export const dropSlowReaders = (
  listener: RequestListener,
  { graceMs, bytesPerSecond, checkIntervalMs }: ReadingLimits,
  nowMs: () => number = () => performance.now(),
): RequestListener => {
  return (request, response) => {
    const { socket } = request
    const startedMs = nowMs()
    const bytesBefore = socket.bytesWritten - socket.writableLength
    const check = (): void => {
      const owedBytes = ((nowMs() - startedMs - graceMs) * bytesPerSecond) / 1000
      const taken = socket.bytesWritten - socket.writableLength - bytesBefore
      if (response.headersSent && taken < owedBytes) socket.destroy()
    }
    const timer = setInterval(check, checkIntervalMs)
    response.once('close', () => clearInterval(timer))
    listener(request, response)
  }
}
