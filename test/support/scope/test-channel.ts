import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { WebSocket } from 'ws'
import { encodeFrame, type Frame } from '../../../src/channel/frames.ts'
import { Link } from '../../../src/channel/link.ts'
import type { Mux } from '../../../src/channel/mux/mux.ts'
import { CHANNEL_PATH, type ChannelAnswer } from '../../../src/report/channel.ts'
import { checkAppProof } from '../../../src/report/proof/app-proof.ts'
import { channelKeys, createExchange } from '../../../src/report/proof/channel-keys.ts'
import { publicKeyFrom } from '../../../src/report/proof/ed25519.ts'
import { createOpener, createSealer } from '../../../src/report/proof/frame-seal.ts'
import { type Order, readOrder } from '../../../src/report/proof/order.ts'
import { type ProofSubject, proofHeaders, proveReport } from '../../../src/report/proof/proof.ts'

/** The identity of the probe that opens a channel, and its proof. */
export interface TestChannelOptions {
  readonly url: string
  readonly probeId: string
  readonly key: KeyObject
  readonly epoch: string
  readonly clusterKey: Uint8Array
  /** Number of the channel in its epoch. */
  readonly number: number
  /** The body that the proof covers. By default the exchange key, which is the only valid one. */
  readonly body?: Uint8Array
  /** Called with each order that arrives. @param opens whether it asks for a stream */
  readonly ordered?: (order: Order, opens: boolean) => void
  /** Called with the number of each order that is given up while it has no stream. */
  readonly cancelled?: (number: number) => void
  /** What the proof is for, a channel by default. */
  readonly purpose?: ProofSubject['purpose']
}

/** The probe's end of a channel, which does what a test wants. */
export interface TestChannel {
  readonly socket: WebSocket
  /** Orders received so far. */
  readonly orders: readonly Order[]
  /** The signature and the bytes of each order. */
  readonly signed: readonly Uint8Array[]
  /** Numbers of the orders that asked for a stream. */
  readonly opening: readonly number[]
  /** Numbers of the orders that were given up while no stream was open. */
  readonly cancelled: readonly number[]
  /** The streams at this end: open those that an answer announces. */
  readonly streams: Mux
  /** The public key that the app proved. */
  readonly appKey: string
  /** The headers it was opened with. */
  readonly headers: Readonly<Record<string, string>>
  answer(answer: ChannelAnswer): void
  /** Sends any content in a validly sealed frame. */
  sendSealed(content: Uint8Array): void
  /** Sends a frame that the mux would not send. */
  sendFrame(frame: Frame): void
}

/** Why an upgrade was refused. */
export interface ChannelRefusal {
  readonly status: number
  readonly code: string
  readonly challenge: string | undefined
}

/** Requests a WebSocket upgrade with these headers. */
export const upgrade = (
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly socket: WebSocket; readonly answered: IncomingHttpHeaders } | ChannelRefusal> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL(CHANNEL_PATH, url), { headers })
    let answered: IncomingHttpHeaders = {}
    socket.on('error', reject)
    socket.on('upgrade', (response) => {
      answered = response.headers
    })
    socket.on('open', () => resolve({ socket, answered }))
    socket.on('unexpected-response', async (_request, response) => {
      const body = JSON.parse(Buffer.concat(await response.toArray()).toString())
      const challenge = response.headers[proofHeaders.challenge]
      resolve({
        status: response.statusCode ?? 0,
        code: body.error?.code,
        challenge: typeof challenge === 'string' ? challenge : undefined,
      })
    })
  })

/** Opens a channel, or tells why it was refused. */
export const openTestChannel = async (options: TestChannelOptions): Promise<TestChannel | ChannelRefusal> => {
  const { url, probeId, epoch, number, clusterKey, key, purpose = 'channel' } = options
  const asked = await upgrade(url, {})
  const challenge = 'challenge' in asked ? (asked.challenge ?? '') : ''
  const exchange = createExchange()
  const body = options.body ?? Buffer.from(exchange.publicKey)
  const subject: ProofSubject = { purpose, challenge, probeId, epoch, seq: number, body }
  const headers = {
    ...proveReport(subject, key, clusterKey),
    [proofHeaders.exchange]: exchange.publicKey,
  }
  const answer = await upgrade(url, headers)
  if ('status' in answer) return answer
  const { socket, answered } = answer
  const header = (name: string) => answered[name]?.toString()
  const appKey = checkAppProof(subject, clusterKey, header)?.key ?? ''
  const publicKey = publicKeyFrom(appKey)
  if (publicKey === undefined) throw new Error('the app did not prove itself')

  const appExchange = header(proofHeaders.exchange) ?? ''
  const handshake = { subject, appKey, appExchange, clusterKey }
  const keys = channelKeys(exchange.secretWith(appExchange), handshake)
  const seal = createSealer(keys.toApp)
  const open = createOpener(keys.toProbe)
  const orders: Order[] = []
  const signed: Uint8Array[] = []
  const opening: number[] = []
  const cancelled: number[] = []
  const link = new Link({
    socket,
    seal,
    unseal: open,
    take(frame) {
      if (frame.type === 'cancel') {
        const isStream = link.streams.has(frame.id)
        if (!isStream) {
          cancelled.push(frame.id)
          options.cancelled?.(frame.id)
        }
        return !isStream
      }
      if (frame.type === 'answer') throw new Error('the app sent an answer')
      if (frame.type === 'clock') return true
      const order = readOrder(frame.order, publicKey)
      signed.push(frame.order)
      if (frame.type === 'open') opening.push(order.number)
      orders.push(order)
      options.ordered?.(order, frame.type === 'open')
      return true
    },
  })
  socket.on('message', (data) => link.receive(data as Buffer))
  socket.on('close', () => link.streams.close('the app has gone'))
  return {
    ...{ socket, orders, signed, opening, cancelled, appKey, headers },
    streams: link.streams,
    answer: (given) => link.send({ type: 'answer', json: Buffer.from(JSON.stringify(given)) }),
    sendSealed: (content) => socket.send(seal([content])),
    sendFrame: (frame) => socket.send(seal(encodeFrame(frame))),
  }
}

/** The code that a socket was closed with. */
export const closeCode = async (socket: WebSocket): Promise<number> => {
  const [code] = await once(socket, 'close')
  return code
}
