import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeReport } from '../../../src/report/decoding.ts'
import { proofHeaders } from '../../../src/report/proof.ts'
import type { Report } from '../../../src/report/schema.ts'

/** A report as it arrived. */
export interface Arrival {
  /** When its last byte came, on the clock of `performance.now()`. */
  readonly atMs: number
  /** Size as sent, compressed. */
  readonly bytes: number
  /** Decoded and checked anew at each call. */
  read(): Report
}

/** Takes reports as an app does that has nothing else to do. */
export interface Sink {
  readonly url: string
  /** What has arrived since the last call of `clear`. */
  readonly arrivals: readonly Arrival[]
  clear(): void
  /** The next report to arrive. */
  next(): Promise<Arrival>
  close(): Promise<void>
}

/** Starts one on a free loopback port. */
export const startSink = async (): Promise<Sink> => {
  const arrivals: Arrival[] = []
  const waiting: ((arrival: Arrival) => void)[] = []

  const take = (body: Buffer): void => {
    const arrival = {
      atMs: performance.now(),
      bytes: body.length,
      read: () => decodeReport(gunzipSync(body)),
    }
    arrivals.push(arrival)
    for (const tell of waiting.splice(0)) tell(arrival)
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const isReport = request.method === 'POST'
      if (isReport) take(Buffer.concat(chunks))
      const seq = Number(request.headers[proofHeaders.seq] ?? 0)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(isReport ? { seq } : { limits: {} }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    clear: () => arrivals.splice(0),
    next: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
