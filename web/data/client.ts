import type * as z from 'zod'
import { SECRET_HEADER } from '../../src/api/credentials.ts'
import type { AnswerOf, Operations } from '../../src/api/operations/operations.ts'
import type { ErrorBody } from '../../src/api/types.ts'
import { settings } from '../settings.ts'
import { tellRefused } from './refusals.ts'
import { retry } from './retry.ts'
import { heldSecret } from './session-secret.ts'

type Method = Operations[keyof Operations]['method']
type Of<M extends Method> = Extract<Operations[keyof Operations], { readonly method: M }>
type Entry<M extends Method, Path extends string> = Extract<Of<M>, { readonly path: Path }>

/** A path of the API that can be requested with a method, as in `src/api/operations`. */
export type PathOf<M extends Method> = Of<M>['path']

/** A path of the API that is a WebSocket. */
export type SocketPath = Extract<Of<'get'>, { readonly 'x-websocket': unknown }>['path']

/** What the app answers at a path, or sends in a frame when the path is a socket. */
export type Answer<Path extends string, M extends Method = 'get'> = AnswerOf<Entry<M, Path>>

type None = Record<never, never>

type Part<E, Name extends 'params' | 'query'> = E extends {
  readonly request: Readonly<Record<Name, infer Schema extends z.ZodType>>
}
  ? string extends keyof z.input<Schema>
    ? None
    : z.input<Schema>
  : None

type Body<E> = E extends {
  readonly request: {
    readonly body: { readonly content: { readonly 'application/json': { readonly schema: infer Schema } } }
  }
}
  ? Schema extends z.ZodType
    ? { readonly body: z.input<Schema> }
    : never
  : { readonly body?: never }

/** The parameters of a path, typed by its schemas: parameters that the path does not have are a type error. */
export type Parameters<Path extends string, M extends Method = 'get'> = Given<
  'path',
  Part<Entry<M, Path>, 'params'>
> &
  Given<'query', Part<Entry<M, Path>, 'query'>> & {
    /** Options of views, by id or as a query string. */
    readonly options?: 'group' extends keyof Part<Entry<M, Path>, 'query'>
      ? Readonly<Record<string, string>> | string
      : never
  }

type Given<Name extends string, Values> = [keyof Values] extends [never]
  ? { readonly [K in Name]?: never }
  : None extends Values
    ? { readonly [K in Name]?: Values }
    : { readonly [K in Name]: Values }

/** Status of a request that got no answer. */
export const NO_ANSWER = 0

/**
 * A failed request. `status` is the HTTP status of the answer, or {@link NO_ANSWER}; `code` and `field` are the
 * app's, when it gave them.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  readonly code: string | undefined
  readonly field: string | undefined
  constructor(
    status: number,
    message: string,
    more: { readonly code?: string; readonly field?: string } = {},
  ) {
    super(message)
    this.status = status
    this.code = more.code
    this.field = more.field
  }
}

/**
 * Whether a request failed because no session asked, or one that has ended: 401, or 403 and 409 where one may see without a
 * session.
 */
export function lacksSession(error: unknown): boolean {
  return error instanceof RequestError && [401, 403, 409].includes(error.status)
}

/** Whether a request failed because no answer came: it may have been done all the same. */
export function hadNoAnswer(error: unknown): error is RequestError {
  return error instanceof RequestError && error.status === NO_ANSWER
}

/** The URL of a path, relative to the page's own address, so that the page can be served below any path. */
export function urlOf<Path extends string, M extends Method = 'get'>(
  path: Path,
  parameters: Parameters<Path, M>,
): URL {
  const { path: inPath, query, options } = parameters as Loose
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(inPath?.[name])))
  const url = new URL(filled.slice(1), new URL('.', location.href))
  const search = new URLSearchParams(options)
  for (const [name, value] of Object.entries(query ?? {})) {
    // String() joins the items of a list with commas, as the app expects.
    if (value !== undefined) search.set(name, String(value))
  }
  url.search = search.toString()
  return url
}

/** The URL of a WebSocket path. See {@link urlOf}. */
export function socketUrlOf<Path extends SocketPath>(path: Path, parameters: Parameters<Path>): URL {
  const url = urlOf(path, parameters)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url
}

/**
 * Sends a GET request to the app, and again when no answer comes, within its time limit: browsers give up what they load when the machine's
 * network changes. The answer is typed by the app's schemas, but not checked against them.
 *
 * @throws {RequestError} when the app answers with an error, or not within the time limit
 *
 * @example
 * const { nodes } = await ask('/api/topology/{view}', { path: { view: 'containers' }, query: { q: 'redis' } })
 */
export async function ask<Path extends Exclude<PathOf<'get'>, SocketPath>>(
  path: Path,
  parameters: Parameters<Path>,
  signal?: AbortSignal,
): Promise<Answer<Path>> {
  const options = { ...(signal && { signal }), onRepeat() {} }
  return (await request('get', urlOf(path, parameters), undefined, options)) as Answer<Path>
}

/** How long {@link send} waits, and what gives it up. */
export interface SendOptions {
  readonly signal?: AbortSignal
  /** Time limit, if not that of all requests. */
  readonly timeoutMs?: number
  /**
   * For what is the same whether it is done once or twice: it is sent again where no answer comes, within the time limit. Called before
   * each further time, since it may have been done already, and the answer then be that there is nothing to do.
   */
  readonly onRepeat?: () => void
}

/**
 * Sends a request that changes something, once unless there is an `onRepeat`. Like {@link ask} otherwise.
 *
 * @throws {RequestError} as {@link ask}
 *
 * @example
 * await send('post', '/api/users/{name}', { path: { name: 'anna' }, body: { role: 'viewer' } })
 */
export async function send<M extends Exclude<Method, 'get'>, Path extends PathOf<M>>(
  method: M,
  path: Path,
  parameters: Parameters<Path, M> & Body<Entry<M, Path>>,
  options: SendOptions = {},
): Promise<Answer<Path, M>> {
  const { body } = parameters as Loose
  return (await request(method, urlOf<Path, M>(path, parameters), body, options)) as Answer<Path, M>
}

async function request(
  method: Method,
  url: URL,
  body: unknown,
  { signal, timeoutMs = settings.data.requestTimeoutMs, onRepeat }: SendOptions,
): Promise<unknown> {
  const limit = AbortSignal.timeout(timeoutMs)
  const ended = signal ? AbortSignal.any([signal, limit]) : limit
  return retry(
    async () => {
      try {
        return await requestOnce(method, url, body, ended)
      } catch (cause) {
        // What is no JSON is an answer all the same.
        if (cause instanceof RequestError || cause instanceof SyntaxError || signal?.aborted) throw cause
        throw new RequestError(NO_ANSWER, 'The app does not answer.')
      }
    },
    {
      // What changes something may have been done although no answer came.
      pausesMs: onRepeat ? settings.data.requestPausesMs : [],
      isPassing: (error) => {
        const isPassing = !ended.aborted && hadNoAnswer(error)
        if (isPassing) onRepeat?.()
        return isPassing
      },
    },
  )
}

async function requestOnce(method: Method, url: URL, body: unknown, signal: AbortSignal): Promise<unknown> {
  const secret = heldSecret()
  const response = await fetch(url, {
    method: method.toUpperCase(),
    headers: {
      ...(secret === undefined ? {} : { [SECRET_HEADER]: secret }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  })
  if (response.status === 204) return undefined
  if (response.ok) return await response.json()
  const { error } = ((await response.json().catch(() => undefined)) ?? {}) as Partial<ErrorBody>
  // `sign_in`: a session is needed where one may see without.
  if (response.status === 401 || (response.status === 403 && error?.code === 'sign_in')) tellRefused()
  throw new RequestError(response.status, error?.message ?? `The app answered ${response.status}.`, error)
}

interface Loose {
  readonly path?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly options?: Record<string, string> | string
  readonly body?: unknown
}
