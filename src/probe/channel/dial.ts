import type { KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { WebSocket } from 'ws'
import { CHANNEL_PATH, channelLimits } from '../../report/channel.ts'
import { checkAppProof } from '../../report/proof/app-proof.ts'
import {
  type ChannelKeys,
  channelKeys,
  createExchange,
  type Exchange,
} from '../../report/proof/channel-keys.ts'
import { publicKeyFrom } from '../../report/proof/ed25519.ts'
import { type ProofSubject, proofHeaders, proveReport } from '../../report/proof/proof.ts'
import { createTlsAgent } from '../../tls/connect.ts'
import { explainTls } from '../../tls/failure.ts'
import type { Trust } from '../../tls/trust.ts'
import type { Epoch } from '../feed/epoch.ts'
import { authorizationOf } from '../targets/authorization.ts'
import { lookupOf } from '../targets/lookup-of.ts'

/** The identity with which a probe opens a channel. */
export interface DialIdentity {
  readonly probeId: string
  /** The epoch in which the app has a report of this probe. */
  readonly epoch: Epoch
  readonly probeKey: KeyObject
  readonly clusterKey: Uint8Array
  /** By what the certificate of an `https` app is verified, asked for each connection; else the system's authorities. */
  readonly trustOf?: () => Trust
  /** The IP address to connect to; by default, those of the host in the URL are asked for. */
  readonly address?: string
  /** The token of the target, see `Target.token`. */
  readonly token?: string | undefined
  /** The public key which the app has proved that takes the reports; undefined when it proved none. */
  readonly appKey: () => string | undefined
}

/** An open channel on which both ends have proved themselves. The socket is paused. */
export interface Dialled {
  readonly socket: WebSocket
  /** The keys that seal its frames. */
  readonly keys: ChannelKeys
  /** The app's public key, with which it signs its orders. */
  readonly appKey: KeyObject
  /** For whom orders on this channel must be. */
  readonly recipient: { readonly probeId: string; readonly epoch: string; readonly channel: number }
}

const HANDSHAKE_TIMEOUT_MS = 5000
const CHALLENGE = /^[\w-]{1,512}$/

/** Creates a function that opens channels to one app. It remembers the app's challenge from one call to the next. */
export const createDialler = (
  baseUrl: URL,
  identity: DialIdentity,
): ((signal: AbortSignal) => Promise<Dialled>) => {
  const { probeId, epoch, probeKey, clusterKey, address } = identity
  const dialled = address === undefined ? {} : { lookup: lookupOf(address) }
  const authorization = authorizationOf(identity.token)
  const url = new URL(CHANNEL_PATH, baseUrl)
  const agent = baseUrl.protocol === 'https:' ? createTlsAgent(identity.trustOf) : undefined
  let challenge = ''

  /** Checks the app's answer and derives the keys of the channel. @throws Error when it is not the app that is reported to */
  const agree = ({ subject, exchange, header }: Handshake): Omit<Dialled, 'socket'> => {
    const proven = checkAppProof(subject, clusterKey, header)
    if (proven === undefined) throw new Error('the app did not prove that it holds the cluster key')
    const { key = '' } = proven
    const appKey = publicKeyFrom(key)
    if (appKey === undefined || key !== identity.appKey())
      throw new Error('the app did not prove the same key of its own as when it was reported to')
    const appExchange = header(proofHeaders.exchange) ?? ''
    const keys = channelKeys(exchange.secretWith(appExchange), {
      subject,
      appKey: key,
      appExchange,
      clusterKey,
    })
    return { keys, appKey, recipient: { probeId, epoch: subject.epoch, channel: subject.seq } }
  }

  /** Makes one attempt. Resolves to the app's challenge when the proof was for another challenge. */
  const attempt = async (signal: AbortSignal): Promise<Dialled | string> => {
    const { id, nextNumber } = epoch
    const exchange = createExchange()
    const subject: ProofSubject = {
      purpose: 'channel',
      challenge,
      probeId,
      epoch: id,
      seq: nextNumber(),
      body: Buffer.from(exchange.publicKey),
    }
    const socket = new WebSocket(url, {
      ...dialled,
      headers: {
        ...authorization,
        ...proveReport(subject, probeKey, clusterKey),
        [proofHeaders.exchange]: exchange.publicKey,
      },
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: channelLimits.frameBytes,
      perMessageDeflate: false,
      // No masks (all zero): they keep scripts from choosing the bytes on the wire, which here are sealed anyway, and cost as much as the seal.
      generateMask: () => {},
      followRedirects: false,
      agent,
    })
    const abort = () => socket.terminate()
    signal.addEventListener('abort', abort)
    try {
      const opened = opening(socket, (header) => agree({ subject, exchange, header }))
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

interface Handshake {
  readonly subject: ProofSubject
  readonly exchange: Exchange
  readonly header: (name: string) => string | undefined
}

/**
 * Waits for the handshake of a socket. Resolves to the app's challenge when the proof was for another challenge.
 *
 * @param agree checks the headers of the answer, or throws
 */
const opening = (
  socket: WebSocket,
  agree: (header: Handshake['header']) => Omit<Dialled, 'socket'>,
): Promise<Dialled | string> =>
  new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders = {}
    socket.once('upgrade', (response) => {
      headers = response.headers
    })
    socket.once('open', () => {
      // Pause so that no frame is lost before somebody listens.
      socket.pause()
      try {
        const agreed = agree((name) => {
          const value = headers[name]
          return Array.isArray(value) ? value[0] : value
        })
        resolve({ socket, ...agreed })
      } catch (error) {
        socket.terminate()
        reject(error)
      }
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
