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
import { createTlsAgent } from '../../tls/connect.ts'
import { explainTls } from '../../tls/failure.ts'
import type { Trust } from '../../tls/trust.ts'
import type { Epoch } from '../publish/epoch.ts'

/** The identity with which a probe opens a channel. */
export interface DialIdentity {
  readonly probeId: string
  /** The epoch in which the app has a report of this probe. */
  readonly epoch: Epoch
  readonly probeKey: KeyObject
  readonly clusterKey: Uint8Array
  /** By what the certificate of an `https` app is verified, asked for each connection; else the system's authorities. */
  readonly trustOf?: () => Trust
}

/** An open channel on which both ends have proved themselves. The socket is paused. */
export interface Dialled {
  readonly socket: WebSocket
  /** The key that seals its frames. */
  readonly key: Uint8Array
}

const HANDSHAKE_TIMEOUT_MS = 5000
const CHALLENGE = /^[\w-]{1,512}$/
const NOTHING = new Uint8Array()

/** Creates a function that opens channels to one app. It remembers the app's challenge from one call to the next. */
export const createDialler = (
  baseUrl: URL,
  identity: DialIdentity,
): ((signal: AbortSignal) => Promise<Dialled>) => {
  const { probeId, epoch, probeKey, clusterKey } = identity
  const url = new URL(CHANNEL_PATH, baseUrl)
  const agent = baseUrl.protocol === 'https:' ? createTlsAgent(identity.trustOf) : undefined
  let challenge = ''

  /** Makes one attempt. Resolves to the app's challenge when the proof was for another challenge. */
  const attempt = async (signal: AbortSignal): Promise<Dialled | string> => {
    const { id, nextNumber } = epoch
    const subject = { challenge, probeId, epoch: id, seq: nextNumber(), body: NOTHING }
    const socket = new WebSocket(url, {
      headers: proveReport(subject, probeKey, clusterKey),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: channelLimits.frameBytes,
      perMessageDeflate: false,
      followRedirects: false,
      agent,
    })
    const abort = () => socket.terminate()
    signal.addEventListener('abort', abort)
    try {
      const opened = opening(socket, subject, clusterKey)
      if (signal.aborted) abort()
      return await opened
    } finally {
      // The signal lives as long as the probe, so remove the listener of each attempt.
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

/** Waits for the handshake of a socket. Resolves to the app's challenge when the proof was for another challenge. */
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
      // Pause so that no frame is lost before somebody listens.
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
    // Also needed after the promise has settled: a socket closed above may still emit an error.
    socket.on('error', (error) => reject(explainTls(error)))
  })
