import type { KeyObject } from 'node:crypto'
import { WebSocket } from 'ws'
import { CHANNEL_PATH, channelLimits } from '../../report/channel.ts'
import {
  appHoldsClusterKey,
  channelKey,
  type ProofSubject,
  proofHeaders,
  proveReport,
} from '../../report/proof/proof.ts'
import type { Epoch } from '../publish/epoch.ts'

/** As whom a probe opens a channel. */
export interface DialIdentity {
  readonly probeId: string
  /** In which the app holds a report of this probe. */
  readonly epoch: Epoch
  readonly probeKey: KeyObject
  readonly clusterKey: Uint8Array
}

/** An open channel whose two ends have proved themselves; the socket is paused. */
export interface Dialled {
  readonly socket: WebSocket
  /** Seals its frames. */
  readonly key: Uint8Array
}

const HANDSHAKE_TIMEOUT_MS = 5000
const CHALLENGE = /^[\w-]{1,512}$/
const NOTHING = new Uint8Array()

/** Opens channels to one app. Remembers the app's challenge from one time to the next. */
export const createDialler = (
  baseUrl: URL,
  identity: DialIdentity,
): ((signal: AbortSignal) => Promise<Dialled>) => {
  const { probeId, epoch, probeKey, clusterKey } = identity
  const url = new URL(CHANNEL_PATH, baseUrl)
  let challenge = ''

  /** One attempt; resolves to the app's challenge when the proof was about another. */
  const attempt = async (signal: AbortSignal): Promise<Dialled | string> => {
    const { id, nextNumber } = epoch
    const subject = { challenge, probeId, epoch: id, seq: nextNumber(), body: NOTHING }
    const socket = new WebSocket(url, {
      headers: proveReport(subject, probeKey, clusterKey),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: channelLimits.frameBytes,
      perMessageDeflate: false,
      followRedirects: false,
    })
    const abort = () => socket.terminate()
    signal.addEventListener('abort', abort)
    try {
      const opened = opening(socket, subject, clusterKey)
      if (signal.aborted) abort()
      return await opened
    } finally {
      // the signal lives as long as the probe, and must not remember every attempt
      signal.removeEventListener('abort', abort)
    }
  }

  return async (signal) => {
    const first = await attempt(signal)
    if (typeof first !== 'string') return first
    challenge = first
    const second = await attempt(signal)
    if (typeof second !== 'string') return second
    throw new Error('the app asks for one proof after another')
  }
}

/** Waits for the other end of a socket; resolves to the app's challenge when the proof was about another. */
const opening = (
  socket: WebSocket,
  subject: ProofSubject,
  clusterKey: Uint8Array,
): Promise<Dialled | string> =>
  new Promise((resolve, reject) => {
    let proof: string | undefined
    socket.once('upgrade', ({ headers }) => {
      const value = headers[proofHeaders.appProof]
      proof = Array.isArray(value) ? value[0] : value
    })
    socket.once('open', () => {
      // nothing it says may be missed before somebody listens
      socket.pause()
      if (proof !== undefined && appHoldsClusterKey(subject, clusterKey, proof))
        return resolve({ socket, key: channelKey(subject, clusterKey) })
      socket.terminate()
      reject(new Error('the app did not prove that it holds the cluster key'))
    })
    socket.once('unexpected-response', (request, response) => {
      const offered = response.headers[proofHeaders.challenge]
      request.destroy()
      if (response.statusCode === 401 && typeof offered === 'string' && CHALLENGE.test(offered))
        resolve(offered)
      else reject(new Error(`the app answered HTTP ${response.statusCode}`))
    })
    // also the last word of one that was given up above
    socket.on('error', reject)
  })
