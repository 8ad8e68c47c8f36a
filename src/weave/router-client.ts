import { request as httpRequest, type IncomingMessage } from 'node:http'
import { errorCode } from '../log/error-code.ts'
import { describeError } from '../log/log.ts'
import { isLoopback } from '../report/address/ip.ts'
import { isListenedAt } from '../sockets/listened-at.ts'
import type { Distrust } from './only-root.ts'
import { RouterError } from './router-error.ts'

/** Where the HTTP API of a Weave router is. */
export interface RouterAddress {
  /** A host name or IP address, IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** One request to a router. */
export interface RouterRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Path and query, encoded. */
  readonly path: string
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>>
  readonly accept?: string
  /** How long all of the answer may take. */
  readonly limitMs?: number
  readonly signal: AbortSignal
}

export interface RouterAnswer {
  readonly status: number
  readonly body: string
}

/** Asks the HTTP API of a Weave router. */
export interface RouterClient {
  /** `127.0.0.1:6784` */
  readonly address: string
  /**
   * @throws {RouterError} when there is no answer, or none that is believed
   * @throws what the signal was aborted with
   */
  ask(request: RouterRequest): Promise<RouterAnswer>
  /** Releases what it needs to know whom to believe. */
  close(): void
}

/** What {@link createRouterClient} needs. */
export interface RouterClientOptions {
  readonly address: RouterAddress
  /** Asked for each answer, before it is read. */
  readonly distrust: Distrust
  /** Called when it is closed. */
  readonly closed?: () => void
  /** Longest body that is read, in bytes. */
  readonly maxBytes?: number
  /** Whether anything on this machine listens at a port; undefined when that is not known. */
  readonly isListened?: (port: number) => boolean | undefined
}

const LIMIT_MS = 5000
/** A report has some 300 bytes for each DNS entry of the whole Weave network. */
const MAX_BYTES = 8 * 1024 * 1024
const MAX_HEADER_BYTES = 16 * 1024

const NOBODY = 'nobody listens there'
const ABSENT: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** Each request has a connection of its own, so that a router that was started anew is not asked on a dead one. */
export const createRouterClient = (options: RouterClientOptions): RouterClient => {
  const { host, port } = options.address
  const { distrust, maxBytes = MAX_BYTES, closed = () => {}, isListened = isListenedAt } = options
  /** Most machines have no router, and a connection that is refused each minute would be on their map as something that fails. */
  const isKnownAbsent = (): boolean => isLoopbackHost(host) && isListened(port) === false

  const read = async (response: IncomingMessage): Promise<RouterAnswer> => {
    const why = distrust(response.socket)
    if (why !== undefined) throw new RouterError('distrusted', why)
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw new RouterError('broken', `its answer has more than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }
  }

  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: closed,
    async ask({ method, path, form, accept, limitMs = LIMIT_MS, signal }) {
      signal.throwIfAborted()
      if (isKnownAbsent()) throw new RouterError('absent', NOBODY)
      const limit = AbortSignal.timeout(limitMs)
      const body = form && new URLSearchParams(form).toString()
      const { promise, resolve, reject } = Promise.withResolvers<RouterAnswer>()
      const request = httpRequest({
        ...{ host, port, method, path, agent: false, maxHeaderSize: MAX_HEADER_BYTES },
        signal: AbortSignal.any([signal, limit]),
        headers: {
          // The kernel tells whose a connection is for as long as the server holds it.
          connection: 'keep-alive',
          ...(accept !== undefined && { accept }),
          ...(body !== undefined && {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': Buffer.byteLength(body),
          }),
        },
      })
      request.on('error', reject)
      request.on('response', (response) => read(response).then(resolve, reject))
      request.end(body)
      try {
        return await promise
      } catch (error) {
        signal.throwIfAborted()
        if (limit.aborted) throw new RouterError('broken', `no answer within ${limitMs / 1000} s`)
        throw error instanceof RouterError ? error : failure(error)
      } finally {
        request.destroy()
      }
    },
  }
}

const isLoopbackHost = (host: string): boolean => host === 'localhost' || isLoopback(host)

const failure = (error: unknown): RouterError => {
  const code = errorCode(error)
  if (ABSENT.has(code)) return new RouterError('absent', NOBODY, { cause: error })
  const words =
    code?.startsWith('HPE_') === true
      ? 'it does not speak HTTP'
      : code === 'ECONNRESET' || code === 'EPIPE'
        ? 'it has closed the connection without an answer'
        : describeError(error)
  return new RouterError('broken', words, { cause: error })
}
