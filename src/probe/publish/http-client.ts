import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** An answer, its body read. */
export interface HttpAnswer {
  readonly status: number
  /** Undefined when there is none by that name. */
  header(name: string): string | undefined
  readonly text: string
  /** What it came over. */
  readonly connection: Connection
}

/** One connection to a server, known by its identity alone. */
export type Connection = object

/** What is asked of a server. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** The request goes over this connection or not at all: over another, somebody else may be at its end. */
  readonly over?: Connection
}

/** The connection that a request was to go over is no more. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'

  constructor(options?: ErrorOptions) {
    super('the connection to the app ended', options)
  }
}

/** Requests to one server over one connection that is kept. */
export interface HttpClient {
  /**
   * @throws {ConnectionLostError} when the connection it was to go over is no more
   * @throws Error when there was no whole answer in time
   */
  request(request: HttpRequest): Promise<HttpAnswer>
  /** Ends requests under way and the connection. */
  close(): void
}

/** An app's answers are short; more is not read. */
const MAX_ANSWER_LENGTH = 256 * 1024

const textOf = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      if (text.length > MAX_ANSWER_LENGTH)
        response.destroy(new Error('the answer is too long to be one of a Scope app'))
    })
    response.on('end', () => resolve(text))
    response.on('error', reject)
    response.on('close', () => reject(new Error('the connection ended before the answer did')))
  })

/** @param baseUrl `http://host:port` or `https://host:port` */
export const createHttpClient = (baseUrl: URL, timeoutMs: number): HttpClient => {
  const secure = baseUrl.protocol === 'https:'
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 })
  const underWay = new Set<ClientRequest>()

  /** @param made called with the request under way, which may come to be another */
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
        if (!request.reusedSocket || error.code !== 'ECONNRESET') return reject(error)
        // the server ended an idle connection just as it was used again
        if (over === undefined) resolve(send(options, asked, made))
        else reject(new ConnectionLostError({ cause: error }))
      })
      // nothing is sent before it is known over which connection
      request.once('socket', (socket) => {
        if (over === undefined || socket === over) request.end(body)
        else request.destroy(new ConnectionLostError())
      })
    })

  return {
    async request(asked) {
      const { method, path, headers = {}, body } = asked
      const length = method === 'GET' ? {} : { 'content-length': String(body?.length ?? 0) }
      let request: ClientRequest | undefined
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        request?.destroy(new Error('late'))
      }, timeoutMs)
      try {
        const options = { method, path, agent, headers: { ...headers, ...length } }
        const response = await send(options, asked, (made) => {
          request = made
        })
        const connection = response.socket
        const text = await textOf(response)
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
        if (isLate) throw new Error(`no answer within ${timeoutMs} ms`)
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
    close() {
      for (const request of underWay) request.destroy(new Error('the probe stops'))
      agent.destroy()
    },
  }
}
