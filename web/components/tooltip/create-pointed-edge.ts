import { createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type { ConnectionsDocument } from '../../../src/api/types.ts'
import { isFailing } from '../../../src/topology/failing.ts'
import type { Selection } from '../../domain/address/route.ts'
import type { EdgeParts } from '../../domain/edge/edge-parts.ts'
import { flowParts } from '../../domain/edge/flow-parts.ts'
import type { Graph, MapEdge } from '../../domain/graph/graph.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import { settings } from '../../settings.ts'

/** Follows the connections within an edge, given its id; undefined as long as that is, and until the app has answered. */
export type FollowInside = (edgeId: () => string | undefined) => () => ConnectionsDocument | undefined

/** The edge that the pointer is on, as its tooltip tells it. */
export interface PointedEdge {
  /** Undefined while the pointer is on none, and for the edge whose card is open, which tells more. */
  readonly edge: () => MapEdge | undefined
  /** Who calls whom inside an edge of a closed group; undefined until that has been received. */
  readonly parts: () => EdgeParts | undefined
  /** Since when connections fail; undefined where they do not, and until that has been received. */
  readonly failingSince: () => string | undefined
}

/**
 * Follows the edge that the pointer is on. The app is asked what is inside an edge of a closed group, and since when one fails, only when
 * the pointer rests on it.
 *
 * @param pointed id of that edge
 * @param selected what has its card open
 */
export function createPointedEdge(
  pointed: () => string | undefined,
  graph: () => Graph,
  selected: () => Selection | undefined,
  follow: FollowInside,
): PointedEdge {
  const isSelected = ({ source, target }: MapEdge) => {
    const one = selected()
    return one?.kind === 'edge' && one.source === source && one.target === target
  }
  const edge = () => {
    const found = graph().edges.get(pointed() ?? '')
    return found && !isSelected(found) ? found : undefined
  }
  const isOfGroup = ({ source, target }: MapEdge) =>
    [source, target].some((id) => {
      const node = graph().nodes.get(id)
      return node !== undefined && isClosedGroup(node)
    })
  const asked = createMemo(() => {
    const now = edge()
    return now && (isFailing(now) || isOfGroup(now)) ? now.id : undefined
  })
  const [restedOn, setRestedOn] = createSignal<string>()
  createEffect(() => {
    const id = asked()
    setRestedOn(undefined)
    if (id === undefined) return
    const timer = window.setTimeout(() => setRestedOn(id), settings.edge.insideMs)
    onCleanup(() => window.clearTimeout(timer))
  })
  const answer = follow(restedOn)
  const inside = () => (restedOn() === undefined ? undefined : answer())
  return {
    edge,
    parts: createMemo(() => {
      const [document, now] = [inside(), edge()]
      return document && now && isOfGroup(now) ? flowParts(document, settings.edge.partsMost) : undefined
    }),
    failingSince: () => inside()?.failingSince,
  }
}
