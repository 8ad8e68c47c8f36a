import type { ControlAnswer, ControllablesDocument, OfferedControl } from '../../src/api/control.ts'
import type { ControlArguments } from '../../src/report/control/control.ts'
import { settings } from '../settings.ts'
import { ask, send } from './client.ts'

/** A view, as it is shown. */
export interface ShownView {
  readonly id: string
  /** Options as a query string, or empty. */
  readonly query: string
}

/** What can be done to one node of a view, and who is connected to it now. @returns undefined when it is gone */
export async function fetchControls(
  view: ShownView,
  nodeId: string,
  signal?: AbortSignal,
): Promise<ControllablesDocument['nodes'][number] | undefined> {
  const query = { topology: view.id, ids: nodeId }
  const { nodes } = await ask('/api/controls', { query, options: view.query }, signal)
  return nodes.find(({ id }) => id === nodeId)
}

/** What can be done to the nodes of a view that a query selects. */
export function fetchMatching(
  view: ShownView,
  q: string,
  signal?: AbortSignal,
): Promise<ControllablesDocument> {
  return ask('/api/controls', { query: { topology: view.id, q }, options: view.query }, signal)
}

/** What can be done to the nodes of a view with these ids. Nodes that offer nothing are not listed. */
export async function fetchControllables(
  view: ShownView,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ControllablesDocument> {
  const { idsAtOnce } = settings.controls
  const parts: ControllablesDocument[] = []
  // One after the other, and not all at once, since an address can only be so long.
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const query = { topology: view.id, ids: ids.slice(at, at + idsAtOnce).join(',') }
    parts.push(await ask('/api/controls', { query, options: view.query }, signal))
  }
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    total: parts.reduce((sum, { total }) => sum + total, 0),
  }
}

/**
 * Uses a control, on the node for which it was offered. It may take long: as long as the probe gives it. Logs are opened with what comes, and what came last, unless
 * the arguments say otherwise.
 */
export function useControl(
  { probeId, nodeId, incarnation, id, opens }: OfferedControl,
  args: ControlArguments = {},
): Promise<ControlAnswer> {
  const usual = opens === 'logs' ? { follow: 'true', tail: String(settings.controls.logLines) } : {}
  const body = { ...usual, ...args }
  return send(
    'post',
    '/api/control/{probeId}/{nodeId}/{control}',
    { path: { probeId, nodeId, control: id }, query: { incarnation }, body },
    { timeoutMs: settings.data.controlTimeoutMs },
  )
}
