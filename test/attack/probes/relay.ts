import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes bytes on between a probe and an app, as somebody on the way does, and does to them what a test wants. */
export interface Relay {
  readonly url: string
  /** All that came from the probe, one entry for each connection. */
  readonly recorded: readonly Buffer[]
  /** What becomes of the next bytes that the app sends; by default they are passed on. */
  tamper: ((chunk: Buffer) => Buffer) | undefined
  close(): Promise<void>
}

/** @param port of the app; @param ownPort of the relay, a free one by default */
export const startRelay = async (port: number, ownPort = 0): Promise<Relay> => {
  const sockets = new Set<Socket>()
  const recorded: Buffer[] = []
  const server = createServer((probe) => {
    const index = recorded.push(Buffer.alloc(0)) - 1
    const app = connect(port, '127.0.0.1')
    for (const socket of [probe, app]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        probe.destroy()
        app.destroy()
      })
    }
    probe.on('data', (chunk) => {
      recorded[index] = Buffer.concat([recorded[index] ?? Buffer.alloc(0), chunk])
      app.write(chunk)
    })
    app.on('data', (chunk) => probe.write(relay.tamper?.(chunk) ?? chunk))
  })
  server.listen(ownPort, '127.0.0.1')
  await once(server, 'listening')
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded,
    tamper: undefined,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return relay
}

/** An HTTP request as it was recorded. */
export interface RecordedRequest {
  readonly line: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The requests in what was recorded of one connection; what follows an upgrade is left out. */
export const requestsIn = (bytes: Buffer): RecordedRequest[] => {
  const requests: RecordedRequest[] = []
  let rest = bytes
  for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
    const [line = '', ...fields] = rest.subarray(0, end).toString().split('\r\n')
    const headers = Object.fromEntries(
      fields.map((field) => {
        const colon = field.indexOf(':')
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
      }),
    )
    const length = Number(headers['content-length'] ?? 0)
    const body = rest.subarray(end + 4, end + 4 + length)
    if (body.length < length) break
    requests.push({ line, headers, body })
    if (headers.upgrade !== undefined) break
    rest = rest.subarray(end + 4 + length)
  }
  return requests
}
