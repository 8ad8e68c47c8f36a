import type * as z from 'zod'
import type { AnswerOf, Operations } from '../../src/api/operations/operations.ts'
import type { ErrorBody } from '../../src/api/types.ts'
import { settings } from '../settings.ts'

type Get = Extract<Operations[keyof Operations], { readonly method: 'get' }>
type Entry<Path extends GetPath> = Extract<Get, { readonly path: Path }>

/** A path of the API that can be requested with GET, as in `src/api/operations`. */
export type GetPath = Get['path']

/** A path of the API that is a WebSocket. */
export type SocketPath = Extract<Get, { readonly 'x-websocket': unknown }>['path']

/** What the app answers at a path, or sends in a frame when the path is a socket. */
export type Answer<Path extends GetPath> = AnswerOf<Entry<Path>>

type None = Record<never, never>

type Part<Path extends GetPath, Name extends 'params' | 'query'> =
  Entry<Path>['request'] extends Readonly<Record<Name, infer Schema extends z.ZodType>>
    ? string extends keyof z.input<Schema>
      ? None
      : z.input<Schema>
    : None

/** The parameters of a path, typed by its schemas: parameters that the path does not have are a type error. */
export type Parameters<Path extends GetPath> = Given<'path', Part<Path, 'params'>> &
  Given<'query', Part<Path, 'query'>> & {
    /** Options of views, by id or as a query string. */
    readonly options?: 'group' extends keyof Part<Path, 'query'>
      ? Readonly<Record<string, string>> | string
      : never
  }

type Given<Name extends string, Values> = [keyof Values] extends [never]
  ? { readonly [K in Name]?: never }
  : None extends Values
    ? { readonly [K in Name]?: Values }
    : { readonly [K in Name]: Values }

/** A failed request. `status` is the HTTP status of the answer, or 0 when there was no answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The URL of a path, relative to the page's own address, so that the page can be served below any path. */
export function urlOf<Path extends GetPath>(path: Path, parameters: Parameters<Path>): URL {
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
 * Sends a GET request to the app. The answer is typed by the app's schemas, but not checked against them.
 *
 * @throws {RequestError} when the app answers with an error, or not within the time limit
 *
 * @example
 * const { nodes } = await ask('/api/topology/{view}', { path: { view: 'containers' }, query: { q: 'redis' } })
 */
export async function ask<Path extends Exclude<GetPath, SocketPath>>(
  path: Path,
  parameters: Parameters<Path>,
  signal?: AbortSignal,
): Promise<Answer<Path>> {
  const limit = AbortSignal.timeout(settings.data.requestTimeoutMs)
  let response: Response
  try {
    response = await fetch(urlOf(path, parameters), {
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new RequestError(0, 'The app does not answer.')
  }
  if (response.ok) return (await response.json()) as Answer<Path>
  const body = (await response.json().catch(() => undefined)) as ErrorBody | undefined
  throw new RequestError(response.status, body?.error?.message ?? `The app answered ${response.status}.`)
}

interface Loose {
  readonly path?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly options?: Record<string, string> | string
}
