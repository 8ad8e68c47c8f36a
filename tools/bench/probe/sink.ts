import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { applyDelta } from '../../../src/report/delta/apply-delta.ts'
import { isDelta } from '../../../src/report/delta/delta-schema.ts'
import { decodeMessage } from '../../../src/report/encoding/decoding.ts'
import { proveApp } from '../../../src/report/proof/app-proof.ts'
import { proofHeaders } from '../../../src/report/proof/proof.ts'
import type { Report } from '../../../src/report/schema.ts'

/** A report as it arrived. */
export interface Arrival {
  /** When its last byte came, on the clock of `performance.now()`. */
  readonly atMs: number
  /** Size as sent, compressed: of what changed, but for the first. */
  readonly bytes: number
  /** The whole report that it stands for, decoded and checked. */
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

/** Reports that build one on the other and are not decoded yet, at most. */
const MAX_UNREAD = 50

/** Makes readers of bodies, each of which may build on the one before. They decode as late as they can. */
const createReader = (): ((body: Buffer, gzipped: boolean) => () => Report) => {
  let latest: () => Report = () => {
    throw new Error('the first report is a change of another')
  }
  let unread = 0

  return (body, gzipped) => {
    let source: { body: Buffer; base: () => Report } | undefined = { body, base: latest }
    let report: Report | undefined
    const read = (): Report => {
      if (source !== undefined) {
        const message = decodeMessage(gzipped ? gunzipSync(source.body) : source.body)
        report = isDelta(message) ? applyDelta(source.base(), message) : message
        source = undefined
      }
      return report as Report
    }
    latest = read
    if (++unread > MAX_UNREAD) {
      read()
      unread = 0
    }
    return read
  }
}

const CHALLENGE = 'benchmark'

/** Starts one on a free loopback port. @param clusterKey of the probe that it proves itself to */
export const startSink = async (clusterKey: Uint8Array): Promise<Sink> => {
  const arrivals: Arrival[] = []
  const waiting: ((arrival: Arrival) => void)[] = []
  const readerOf = createReader()

  const take = (body: Buffer, gzipped: boolean): void => {
    const arrival = { atMs: performance.now(), bytes: body.length, read: readerOf(body, gzipped) }
    arrivals.push(arrival)
    for (const tell of waiting.splice(0)) tell(arrival)
  }
  const prove = ({ headers }: IncomingMessage, body: Buffer): Record<string, string> => {
    const { [proofHeaders.probeId]: probeId, [proofHeaders.epoch]: epoch } = headers
    const seq = Number(headers[proofHeaders.seq])
    return proveApp(
      { challenge: CHALLENGE, probeId: String(probeId), epoch: String(epoch), seq, body },
      { clusterKey },
    )
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      if (request.method !== 'POST') return response.end(JSON.stringify({ limits: {} }))
      if (request.headers[proofHeaders.challenge] !== CHALLENGE)
        return response.writeHead(401, { [proofHeaders.challenge]: CHALLENGE }).end()
      const body = Buffer.concat(chunks)
      if (body.length === 0) return response.writeHead(204, prove(request, body)).end()
      take(body, request.headers['content-encoding'] === 'gzip')
      response.end(JSON.stringify({ seq: Number(request.headers[proofHeaders.seq]) }))
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
