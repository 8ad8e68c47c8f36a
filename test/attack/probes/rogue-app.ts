import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Frame } from '../../../src/channel/frames.ts'
import { Link } from '../../../src/channel/link.ts'
import type { ByteStream } from '../../../src/channel/stream.ts'
import type { ChannelAnswer } from '../../../src/report/channel.ts'
import { type AppIdentity, proveApp } from '../../../src/report/proof/app-proof.ts'
import { channelKeys, createExchange } from '../../../src/report/proof/channel-keys.ts'
import { publicKeyText } from '../../../src/report/proof/ed25519.ts'
import { createOpener, createSealer } from '../../../src/report/proof/frame-seal.ts'
import { signOrder } from '../../../src/report/proof/order.ts'
import { type ProofSubject, proofHeaders } from '../../../src/report/proof/proof.ts'

/** A channel that a probe has opened to a rogue app. */
export interface RogueChannel {
  readonly socket: WebSocket
  /** For whom the probe believes that orders on it are. */
  readonly recipient: { readonly probeId: string; readonly epoch: string; readonly channel: number }
  /** What the probe answered. */
  readonly answers: readonly ChannelAnswer[]
  /** Streams that the probe has opened. */
  readonly opened: readonly ByteStream[]
  /** Sends any frame, well sealed. */
  sendFrame(frame: Frame): void
  /** Gives an order that is signed by the key it holds. @returns its number */
  order(type: 'request' | 'open', method: string, params: unknown): number
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
    const parts = await request.toArray().catch(() => undefined)
    // The probe stopped, or this app closed, while it was under way.
    if (parts === undefined) return
    const body = Buffer.concat(parts)
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
      const keys = channelKeys(own.secretWith(theirs), handshake)
      const { probeId, epoch, seq: channel } = subject
      const recipient = { probeId, epoch, channel }
      const answers: ChannelAnswer[] = []
      const opened: ByteStream[] = []
      const link = new Link({
        socket: ws,
        seal: createSealer(keys.toProbe),
        unseal: createOpener(keys.toApp),
        take(frame) {
          if (frame.type !== 'answer') return false
          const answer: ChannelAnswer = JSON.parse(Buffer.from(frame.json).toString())
          answers.push(answer)
          if ('opened' in answer) opened.push(link.streams.open(answer.id))
          return true
        },
      })
      let number = 0
      ws.on('error', () => {})
      ws.on('message', (data) => {
        try {
          link.receive(data as Buffer)
        } catch {
          // The probe answers frames that this end does not know it has sent; a rogue does not mind.
        }
      })
      channels.push({
        ...{ socket: ws, recipient, answers, opened },
        sendFrame: (frame) => link.send(frame),
        order(type, method, params) {
          number++
          const order = { ...recipient, number, person: 'anna', method, params }
          link.send({ type, order: signOrder(order, appKey) })
          return number
        },
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
