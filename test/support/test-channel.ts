import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { CHANNEL_PATH, type ChannelAnswer, type ChannelRequest } from '../../src/report/channel.ts'
import { createOpener, createSealer } from '../../src/report/proof/frame-seal.ts'
import { appHoldsClusterKey, channelKey, proofHeaders, proveReport } from '../../src/report/proof/proof.ts'

/** The identity of the probe that opens a channel, and its proof. */
export interface TestChannelOptions {
  readonly url: string
  readonly probeId: string
  readonly key: KeyObject
  readonly epoch: string
  readonly clusterKey: Uint8Array
  /** Number of the channel in its epoch. */
  readonly number: number
  /** The body that the proof covers. Empty by default, which is the only valid one. */
  readonly body?: Uint8Array
}

/** The probe's end of a channel, which does what a test wants. */
export interface TestChannel {
  readonly socket: WebSocket
  /** Requests received so far. */
  readonly requests: readonly ChannelRequest[]
  /** The headers it was opened with. */
  readonly headers: Readonly<Record<string, string>>
  answer(answer: ChannelAnswer): void
  /** Sends any text in a validly sealed frame. */
  sendSealed(text: string): void
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
): Promise<{ readonly socket: WebSocket; readonly appProof: string } | ChannelRefusal> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL(CHANNEL_PATH, url), { headers })
    let appProof = ''
    socket.on('error', reject)
    socket.on('upgrade', (response) => {
      appProof = String(response.headers[proofHeaders.appProof])
    })
    socket.on('open', () => resolve({ socket, appProof }))
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
  const { url, probeId, epoch, number, clusterKey, key, body = new Uint8Array() } = options
  const asked = await upgrade(url, {})
  const challenge = 'challenge' in asked ? (asked.challenge ?? '') : ''
  const subject = { challenge, probeId, epoch, seq: number, body }
  const headers = proveReport(subject, key, clusterKey)
  const answer = await upgrade(url, headers)
  if ('status' in answer) return answer
  const { socket, appProof } = answer
  if (!appHoldsClusterKey(subject, clusterKey, appProof)) throw new Error('the app did not prove itself')

  const sealKey = channelKey(subject, clusterKey)
  const seal = createSealer(sealKey, 'to-app')
  const open = createOpener(sealKey, 'to-probe')
  const requests: ChannelRequest[] = []
  socket.on('message', (data) => requests.push(JSON.parse(open(String(data)))))
  const sendSealed = (text: string) => socket.send(seal(text))
  return { socket, requests, headers, sendSealed, answer: (given) => sendSealed(JSON.stringify(given)) }
}

/** The code that a socket was closed with. */
export const closeCode = async (socket: WebSocket): Promise<number> => {
  const [code] = await once(socket, 'close')
  return code
}
