import type * as z from 'zod'
import type { GetPath, getOperations, Operation } from '../../src/api/operations.ts'
import type { ErrorBody } from '../../src/api/types.ts'
import { settings } from '../settings.ts'

type Operations = typeof getOperations

/** What the app answers at a path, or sends in a frame when the path is a socket. */
export type Answer<Path extends GetPath> = z.output<Operations[Path]['answer']>

type Part<Path extends GetPath, Name extends 'path' | 'query'> =
  Operations[Path] extends Readonly<Record<Name, infer Schema extends z.ZodType>>
    ? z.input<Schema>
    : undefined

type ViewOptions<Path extends GetPath> =
  Operations[Path] extends Pick<Required<Operation>, 'takesViewOptions'>
    ? Readonly<Record<string, string>> | string
    : never

/** The parameters of a path; those that it does not have cannot be given. */
export type Parameters<Path extends GetPath> = Given<'path', Part<Path, 'path'>> &
  Given<'query', Part<Path, 'query'>> & {
    /** Options of views, by id or as a query string. */
    readonly options?: ViewOptions<Path>
  }

type Given<Name extends string, Values> = [Values] extends [undefined]
  ? { readonly [K in Name]?: never }
  : Record<never, never> extends Values
    ? { readonly [K in Name]?: Values }
    : { readonly [K in Name]: Values }

/** Path of a socket. */
export type SocketPath = {
  [Path in GetPath]: Operations[Path] extends { isSocket: true } ? Path : never
}[GetPath]

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
