import type {
  ConnectionsDocument,
  ErrorBody,
  NodeDetails,
  ProbeSummary,
  ViewDescription,
} from '../../src/topology/types.ts'
import { settings } from '../settings.ts'

/** A request that failed: `status` is that of the answer, 0 when there was none. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The address of something below `api/`, beside the page, so that the page works under any path. */
export function apiUrl(path: string): URL {
  const url = new URL(`api/${path}`, new URL('.', location.href))
  url.hash = ''
  return url
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(settings.data.requestTimeoutMs)
  let response: Response
  try {
    response = await fetch(apiUrl(path), { signal: signal ? AbortSignal.any([signal, limit]) : limit })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new RequestError(0, 'The app does not answer.')
  }
  if (response.ok) return (await response.json()) as T
  const body = (await response.json().catch(() => undefined)) as ErrorBody | undefined
  throw new RequestError(response.status, body?.error?.message ?? `The app answered ${response.status}.`)
}

/** `GET /api/topology`: the views with their options, and counts with the options given. */
export function fetchViews(options: Readonly<Record<string, string>>): Promise<readonly ViewDescription[]> {
  return get(`topology?${new URLSearchParams(options)}`)
}

/** `GET /api/probes` */
export function fetchProbes(): Promise<readonly ProbeSummary[]> {
  return get('probes')
}

/** `GET /api/topology/{view}/{id}`; `query` begins with a question mark or is empty. */
export async function fetchDetails(
  view: string,
  nodeId: string,
  query: string,
  signal: AbortSignal,
): Promise<NodeDetails> {
  const path = `topology/${encodeURIComponent(view)}/${encodeURIComponent(nodeId)}${query}`
  return (await get<{ node: NodeDetails }>(path, signal)).node
}

/** `GET /api/connections`: the single connections of an edge; `query` begins with a question mark or is empty. */
export function fetchConnections(
  view: string,
  edgeId: string,
  query: string,
  signal: AbortSignal,
): Promise<ConnectionsDocument> {
  const parameters = new URLSearchParams(query)
  parameters.set('view', view)
  parameters.set('edge', edgeId)
  return get(`connections?${parameters}`, signal)
}
