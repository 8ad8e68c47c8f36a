import type { ProbeSummary } from '../../src/api/types.ts'
import { type Answer, ask } from './client.ts'

export { RequestError } from './client.ts'

type Options = Readonly<Record<string, string>>

/** The views with their options, and counts with the options given. */
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

/** What a query finds of a view, looking into closed groups. @param options as a query string, or empty */
export function fetchSelected(
  view: string,
  query: string,
  options: string,
  signal: AbortSignal,
): Promise<Answer<'/api/topology/{view}'>> {
  return ask('/api/topology/{view}', { path: { view }, query: { q: query }, options }, signal)
}

/** How a query can go on at a place in it, by what all views show. */
export function fetchCompletion(
  text: string,
  at: number,
  options: Options,
  signal: AbortSignal,
): Promise<Answer<'/api/complete'>> {
  return ask('/api/complete', { query: { q: text, at }, options }, signal)
}

/** What a query finds over all views with the options given. @param limit matches of each view */
export function fetchSearch(
  query: string,
  options: Options,
  limit: number,
  signal: AbortSignal,
): Promise<Answer<'/api/search'>> {
  return ask('/api/search', { query: { q: query, limit }, options }, signal)
}
