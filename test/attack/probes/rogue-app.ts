import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { encodeFrame, type Frame } from '../../../src/channel/frames.ts'
import { type AppIdentity, proveApp } from '../../../src/report/proof/app-proof.ts'
import { channelKeys, createExchange } from '../../../src/report/proof/channel-keys.ts'
import { publicKeyText } from '../../../src/report/proof/ed25519.ts'
import { createSealer } from '../../../src/report/proof/frame-seal.ts'
import { type ProofSubject, proofHeaders } from '../../../src/report/proof/proof.ts'

/** A channel that a probe has opened to a rogue app. */
export interface RogueChannel {
  readonly socket: WebSocket
  /** For whom the probe believes that orders on it are. */
  readonly recipient: { readonly probeId: string; readonly epoch: string; readonly channel: number }
  /** Sends any frame, well sealed. */
  sendFrame(frame: Frame): void
}

/** A program that speaks as an app does, with the keys that it was given, and takes whatever it gets. */
export interface RogueApp {
  readonly url: string
  /** Bodies of all requests. */
  readonly bodies: readonly Buffer[]
  readonly channels: readonly RogueChannel[]
  close(): Promise<void>
}

const CHALLENGE = 'rogue'

/** @param identity the keys it holds; undefined = none, so it says yes to everything without any proof */
export const startRogueApp = async (identity: AppIdentity | undefined, port = 0): Promise<RogueApp> => {
  const bodies: Buffer[] = []
  const channels: RogueChannel[] = []
  const subjectOf = (
    { headers }: IncomingMessage,
    purpose: NonNullable<ProofSubject['purpose']>,
    body: Buffer,
  ) => ({
    purpose,
    challenge: CHALLENGE,
    probeId: String(headers[proofHeaders.probeId]),
    epoch: String(headers[proofHeaders.epoch]),
    seq: Number(headers[proofHeaders.seq]),
    body,
  })
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    bodies.push(body)
    if (request.method === 'GET') return response.end('{}')
    if (request.headers[proofHeaders.challenge] !== CHALLENGE)
      return response.writeHead(401, { [proofHeaders.challenge]: CHALLENGE }).end()
    if (body.length > 0) return response.end('{"seq":1}')
    const headers = identity === undefined ? {} : proveApp(subjectOf(request, 'report', body), identity)
    return response.writeHead(204, headers).end()
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (request.headers[proofHeaders.challenge] !== CHALLENGE)
      return socket.end(
        `HTTP/1.1 401 No\r\n${proofHeaders.challenge}: ${CHALLENGE}\r\nconnection: close\r\n\r\n`,
      )
    if (identity?.appKey === undefined) return socket.destroy()
    const { clusterKey, appKey } = identity
    const theirs = String(request.headers[proofHeaders.exchange])
    const subject = subjectOf(request, 'channel', Buffer.from(theirs))
    const own = createExchange()
    sockets.once('headers', (lines) => {
      for (const [name, value] of Object.entries(proveApp(subject, identity, own.publicKey)))
        lines.push(`${name}: ${value}`)
    })
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const handshake = { subject, appKey: publicKeyText(appKey), appExchange: own.publicKey, clusterKey }
      const seal = createSealer(channelKeys(own.secretWith(theirs), handshake).toProbe)
      const { probeId, epoch, seq: channel } = subject
      ws.on('error', () => {})
      channels.push({
        socket: ws,
        recipient: { probeId, epoch, channel },
        sendFrame: (frame) => ws.send(seal(encodeFrame(frame))),
      })
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    channels,
    async close() {
      for (const { socket } of channels) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
