import type { NodeSummary } from '../../../api/types.ts'
import type { End, Flow, NodeRef } from '../../connections/flow.ts'
import { keepLatest } from '../../keep-latest.ts'
import type { RenderContext } from '../../render-context.ts'
import type { PlacedFlow } from '../assembling/edge.ts'
import type { Fragment } from '../assembling/fragment.ts'
import type { ViewDefinition } from './placement.ts'
import { type RemotePlace, remotePlace, type UnwatchedAddress } from './remote-place.ts'
import { unwatchedNodes } from './unwatched.ts'

/** The stitched flows of a view, and the pseudo nodes that they need. */
export interface PlacedStitch {
  readonly flows: readonly PlacedFlow[]
  readonly outside: ReadonlyMap<string, NodeSummary>
}

// By view and options, then by flow. A flow refers to the reports that its ends are placed by, so nothing else can
// change its place.
const remembered = new Map<string, WeakMap<Flow, PlacedFlow>>()
const MAX_VIEWS = 64

const placedBefore = (key: string): WeakMap<Flow, PlacedFlow> => {
  const known = remembered.get(key)
  if (known) return known
  const made = new WeakMap<Flow, PlacedFlow>()
  keepLatest(remembered, key, made, MAX_VIEWS)
  return made
}

/**
 * Finds the nodes of a view that stitched flows connect. Flows with a hidden end are left out. A flow between the
 * same nodes as in the previous view is the same object.
 *
 * @param key names the view and its options
 */
export const placeStitched = (
  flows: readonly Flow[],
  definition: ViewDefinition,
  fragments: readonly Fragment[],
  key: string,
  { isNamedService }: RenderContext,
): PlacedStitch => {
  const byIndex = new Map(fragments.map((fragment) => [fragment.index, fragment.placement]))
  const nodeOf = ({ id, at }: NodeRef): string | undefined => byIndex.get(at)?.nodeOf(id)
  const isThere = new Map<string, boolean>()
  const groupAround = ({ id, at }: NodeRef): string | undefined => {
    const group = byIndex.get(at)?.groupAround?.(id)
    if (group === undefined) return undefined
    const known = isThere.get(group) ?? fragments.some(({ placement }) => placement.nodes.has(group))
    isThere.set(group, known)
    return known ? group : undefined
  }

  const place = (end: End, side: 'client' | 'server'): RemotePlace | undefined => {
    if (end.kind === 'remote') return remotePlace(end, side, definition, nodeOf, isNamedService, groupAround)
    const id = nodeOf(end)
    return id === undefined ? undefined : { kind: 'node', id }
  }

  const placed: { flow: Flow; client: RemotePlace; server: RemotePlace }[] = []
  const unwatched: UnwatchedAddress[] = []
  for (const flow of flows) {
    const client = place(flow.client, 'client')
    const server = client && place(flow.server, 'server')
    if (client === undefined || server === undefined) continue
    placed.push({ flow, client, server })
    for (const end of [client, server]) if (end.kind === 'address') unwatched.push(end)
  }

  const summaryOf = unwatchedNodes(unwatched)
  const outside = new Map<string, NodeSummary>()
  const idOf = (end: RemotePlace): string => {
    if (end.kind === 'node') return end.id
    const summary = end.kind === 'outside' ? end.summary : summaryOf(end)
    if (!outside.has(summary.id)) outside.set(summary.id, summary)
    return summary.id
  }
  const before = placedBefore(key)
  const found = placed.map(({ flow, client, server }): PlacedFlow => {
    const source = idOf(client)
    const target = idOf(server)
    const known = before.get(flow)
    if (known?.source === source && known.target === target) return known
    const made = { source, target, flow }
    before.set(flow, made)
    return made
  })
  const pseudo = new Map<string, boolean>()
  const isPseudo = (id: string): boolean => {
    const known = pseudo.get(id)
    if (known !== undefined) return known
    const found =
      outside.has(id) || fragments.some(({ placement }) => placement.nodes.get(id)?.summary.pseudo === true)
    pseudo.set(id, found)
    return found
  }
  return {
    flows: found.filter(
      ({ source, target }) => source !== target || (definition.selfEdges && !isPseudo(source)),
    ),
    outside,
  }
}
