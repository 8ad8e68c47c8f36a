import {
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
}

/** Requests to one server over one connection that is kept. */
export interface HttpClient {
  /**
   * @throws Error when there was no whole answer in time
   */
  request(
    method: 'GET' | 'POST',
    path: string,
    headers?: Readonly<Record<string, string>>,
    body?: Uint8Array,
  ): Promise<HttpAnswer>
  /** Ends requests under way and the connection. */
  close(): void
}

/** An app's answers are short; more is not read. */
const MAX_ANSWER_LENGTH = 256 * 1024

const textOf = async (response: IncomingMessage): Promise<string> => {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) {
    text += chunk
    if (text.length > MAX_ANSWER_LENGTH) throw new Error('the answer is too long to be one of a Scope app')
  }
  return text
}

/** @param baseUrl `http://host:port` or `https://host:port` */
export const createHttpClient = (baseUrl: URL, timeoutMs: number): HttpClient => {
  const secure = baseUrl.protocol === 'https:'
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 })
  const closing = new AbortController()

  const send = (options: RequestOptions, body: Uint8Array | undefined): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(baseUrl, options, resolve)
      request.on('error', (error: NodeJS.ErrnoException) => {
        // the server ended an idle connection just as it was used again
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send(options, body))
        else reject(error)
      })
      request.end(body)
    })

  return {
    async request(method, path, headers = {}, body) {
      const timeout = AbortSignal.timeout(timeoutMs)
      const signal = AbortSignal.any([closing.signal, timeout])
      const length = body === undefined ? {} : { 'content-length': String(body.length) }
      try {
        const options = { method, path, agent, signal, headers: { ...headers, ...length } }
        const response = await send(options, body)
        const text = await textOf(response)
        const { statusCode = 0, headers: answered } = response
        return {
          status: statusCode,
          header: (name) => {
            const value = answered[name]
            return Array.isArray(value) ? value[0] : value
          },
          text,
        }
      } catch (error) {
        if (timeout.aborted) throw new Error(`no answer within ${timeoutMs} ms`)
        throw error
      }
    },
    close() {
      closing.abort()
      agent.destroy()
    },
  }
}
