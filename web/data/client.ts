import type * as z from 'zod'
import type { AnswerOf, Operations } from '../../src/api/operations/operations.ts'
import type { ErrorBody } from '../../src/api/types.ts'
import { settings } from '../settings.ts'

type Get = Extract<Operations[keyof Operations], { readonly method: 'get' }>
type Entry<Path extends GetPath> = Extract<Get, { readonly path: Path }>

/** Path of what can be asked with GET, as the app's entries have it. */
export type GetPath = Get['path']

/** Path of a socket. */
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

/** The parameters of a path; those that it does not have cannot be given. */
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

/** A request that failed: `status` is that of the answer, 0 when there was none. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Where a path is, beside the page, so that the page works below any address. */
export function urlOf<Path extends GetPath>(path: Path, parameters: Parameters<Path>): URL {
  const { path: inPath, query, options } = parameters as Loose
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(inPath?.[name])))
  const url = new URL(filled.slice(1), new URL('.', location.href))
  const search = new URLSearchParams(options)
  for (const [name, value] of Object.entries(query ?? {})) {
    // A list goes with commas, as its text has them.
    if (value !== undefined) search.set(name, String(value))
  }
  url.search = search.toString()
  return url
}

/** The same for a socket. */
export function socketUrlOf<Path extends SocketPath>(path: Path, parameters: Parameters<Path>): URL {
  const url = urlOf(path, parameters)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url
}

/** Asks the app. Answers are as the app's schemas type them. @throws {RequestError} */
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
