import type { RequestListener } from 'node:http'

/** How fast a client must read a response. */
export interface ReadingLimits {
  /** Time at the start during which it need not read anything. */
  readonly graceMs: number
  /** Least average rate after that. */
  readonly bytesPerSecond: number
  readonly checkIntervalMs: number
}

/** 16 kB/s after half a minute, which even a bad connection manages. */
export const defaultReadingLimits: ReadingLimits = {
  graceMs: 30_000,
  bytesPerSecond: 16 * 1024,
  checkIntervalMs: 10_000,
}

/**
 * Drops connections whose client reads a response very slowly: it never stalls entirely, and would keep the response in
 * memory as long as it likes. A client that reads nothing at all is dropped by the socket's timeout.
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
      // A reader that has taken all that there is waits for the rest.
      if (socket.writableLength > 0 && response.headersSent && taken < owedBytes) socket.destroy()
    }
    const timer = setInterval(check, checkIntervalMs)
    response.once('close', () => clearInterval(timer))
    listener(request, response)
  }
}
