import type { ProbeSummary } from '../../src/api/types.ts'
import { type Answer, ask } from './client.ts'

export { RequestError } from './client.ts'

type Options = Readonly<Record<string, string>>

/** The views with their options. Their node counts take the given options into account. */
export function fetchViews(options: Options): Promise<Answer<'/api/topology'>> {
  return ask('/api/topology', { options })
}

/** The probes, and how each collector runs. */
export async function fetchProbes(): Promise<readonly ProbeSummary[]> {
  const probes = await ask('/api/probes', {})
  return typeof probes === 'boolean' ? [] : probes
}

/** The details of a node, with the samples of a span. @param options as a query string, or empty */
export async function fetchDetails(
  view: string,
  nodeId: string,
  options: string,
  samples: '5m' | '1h',
  signal: AbortSignal,
): Promise<Answer<'/api/topology/{view}/{id}'>['node']> {
  const path = { view, id: nodeId }
  return (await ask('/api/topology/{view}/{id}', { path, query: { samples }, options }, signal)).node
}

/** The single connections of an edge. @param options as a query string, or empty */
export function fetchConnections(
  view: string,
  edgeId: string,
  options: string,
  signal: AbortSignal,
): Promise<Answer<'/api/connections'>> {
  return ask('/api/connections', { query: { view, edge: edgeId }, options }, signal)
}

/** What happened to a node, newest first. @param limit events at most */
export async function fetchNodeEvents(
  nodeId: string,
  limit: number,
  signal: AbortSignal,
): Promise<Answer<'/api/events'>> {
  return ask('/api/events', { query: { node: nodeId, limit } }, signal)
}

/**
 * The part of a view that a query selects; nodes in closed groups are searched too.
 *
 * @param options as a query string, or empty
 */
export function fetchSelected(
  view: string,
  query: string,
  options: string,
  signal: AbortSignal,
): Promise<Answer<'/api/topology/{view}'>> {
  return ask('/api/topology/{view}', { path: { view }, query: { q: query }, options }, signal)
}

/** Completions of a query at a caret position, from the contents of all views. */
export function fetchCompletion(
  text: string,
  at: number,
  options: Options,
  signal: AbortSignal,
): Promise<Answer<'/api/complete'>> {
  return ask('/api/complete', { query: { q: text, at }, options }, signal)
}

/** What a query finds in all views with the given options. @param limit the most matches for each view */
export function fetchSearch(
  query: string,
  options: Options,
  limit: number,
  signal: AbortSignal,
): Promise<Answer<'/api/search'>> {
  return ask('/api/search', { query: { q: query, limit }, options }, signal)
}
