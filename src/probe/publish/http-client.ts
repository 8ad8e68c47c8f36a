import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createTlsAgent } from '../../tls/connect.ts'
import { explainTls } from '../../tls/failure.ts'
import type { Trust } from '../../tls/trust.ts'
import { authorizationOf } from '../targets/authorization.ts'
import { lookupOf } from '../targets/lookup-of.ts'

/** A response with its body. */
export interface HttpAnswer {
  readonly status: number
  /** Undefined when there is none by that name. */
  header(name: string): string | undefined
  readonly text: string
  /** The connection on which the answer came. */
  readonly connection: Connection
}

/** A connection to a server, to be compared by object identity only. */
export type Connection = object

/** A request to a server. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** When set, the request is sent only on this connection; on another one, a different server may answer. */
  readonly over?: Connection
  /** Ends the request: its connection is closed, and the request is rejected with the signal's reason. */
  readonly signal?: AbortSignal
  /** Instead of the time limit of the client. */
  readonly timeoutMs?: number
}

/** Thrown when the connection that a request was bound to has ended. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'

  constructor(options?: ErrorOptions) {
    super('the connection to the app ended', options)
  }
}

/** Thrown when there was no complete answer within the client's time limit. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

/** An HTTP client for one server, with one keep-alive connection. */
export interface HttpClient {
  /**
   * @throws {ConnectionLostError} when the connection given in `over` has ended
   * @throws {TlsFailure} when the server's certificate cannot be trusted
   * @throws {NoAnswerError} when there was no complete answer in time
   * @throws Error when the connection failed
   */
  request(request: HttpRequest): Promise<HttpAnswer>
  /** Aborts pending requests and closes the connection. */
  close(): void
}

/** Limit on the length of an answer, unless told otherwise. What an app answers to probes is short. */
const MAX_ANSWER_LENGTH = 256 * 1024

const textOf = (response: IncomingMessage, maxLength: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      if (text.length > maxLength)
        response.destroy(new Error('the answer is too long to be one of a Scope app'))
    })
    response.on('end', () => resolve(text))
    response.on('error', reject)
    response.on('close', () => reject(new Error('the connection ended before the answer did')))
  })

/**
 * @param baseUrl `http://host:port` or `https://host:port`
 * @param trustOf by what the certificate is verified, asked for each connection; by default the system's authorities
 * @param more `address`: the IP address to connect to, instead of asking for those of the host in the URL, which stays the
 * name for the server and its certificate; `token`: sent as `Authorization: Scope-Probe token=…`; `maxSockets`: connections
 * at once (1); `maxAnswerLength`: longer answers are errors (256 kB)
 */
export const createHttpClient = (
  baseUrl: URL,
  timeoutMs: number,
  trustOf?: () => Trust,
  more: {
    readonly address?: string
    readonly token?: string | undefined
    readonly maxSockets?: number
    readonly maxAnswerLength?: number
  } = {},
): HttpClient => {
  const secure = baseUrl.protocol === 'https:'
  const settings = { keepAlive: true, maxSockets: more.maxSockets ?? 1 }
  const dialled = more.address === undefined ? {} : { lookup: lookupOf(more.address) }
  const authorization = authorizationOf(more.token)
  const agent = secure ? createTlsAgent(trustOf, settings) : new HttpAgent(settings)
  const underWay = new Set<ClientRequest>()
  const verified = new WeakSet<Connection>()

  /** @param made called with the pending request; called again when the request is repeated */
  const send = (
    options: RequestOptions,
    asked: HttpRequest,
    made: (request: ClientRequest) => void,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { body, over } = asked
      const request = (secure ? httpsRequest : httpRequest)(baseUrl, options, resolve)
      made(request)
      underWay.add(request)
      request.on('close', () => underWay.delete(request))
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (!request.reusedSocket || error.code !== 'ECONNRESET') return reject(explainTls(error))
        // The server closed the idle connection while it was being reused.
        if (over === undefined) resolve(send(options, asked, made))
        else reject(new ConnectionLostError({ cause: error }))
      })
      // Send nothing before the connection is known, and its certificate is verified.
      request.once('socket', (socket) => {
        if (over !== undefined && socket !== over) request.destroy(new ConnectionLostError())
        else if (!secure || verified.has(socket)) request.end(body)
        else
          socket.once('secureConnect', () => {
            if (socket.destroyed) return
            verified.add(socket)
            request.end(body)
          })
      })
    })

  return {
    async request(asked) {
      const { method, path, headers = {}, body, signal } = asked
      signal?.throwIfAborted()
      const limitMs = asked.timeoutMs ?? timeoutMs
      const length = method === 'GET' ? {} : { 'content-length': String(body?.length ?? 0) }
      let request: ClientRequest | undefined
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        request?.destroy(new Error('late'))
      }, limitMs)
      const giveUp = (): void => void request?.destroy(new Error('given up'))
      signal?.addEventListener('abort', giveUp)
      try {
        const options = {
          ...dialled,
          ...{ method, path, agent, headers: { ...authorization, ...headers, ...length } },
        }
        const response = await send(options, asked, (made) => {
          request = made
        })
        const connection = response.socket
        const text = await textOf(response, more.maxAnswerLength ?? MAX_ANSWER_LENGTH)
        const { statusCode = 0, headers: answered } = response
        return {
          status: statusCode,
          header: (name) => {
            const value = answered[name]
            return Array.isArray(value) ? value[0] : value
          },
          text,
          connection,
        }
      } catch (error) {
        signal?.throwIfAborted()
        if (isLate) throw new NoAnswerError(`no answer within ${limitMs} ms`)
        throw error
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
      }
    },
    close() {
      for (const request of underWay) request.destroy(new Error('the probe stops'))
      agent.destroy()
    },
  }
}
