import { createMemo, createSignal } from 'solid-js'
import type { ConnectionsDocument, EventsDocument, NodeDetails } from '../../../src/api/types.ts'
import { nodeOf, type Selection } from '../../domain/address/route.ts'
import { edgeBetween, type MapEdge } from '../../domain/graph/graph.ts'
import type { SparkSpan } from '../../domain/plot/sparkline.ts'
import type { Followed } from '../follow.ts'
import type { Router } from '../page/router.ts'
import type { CurrentView } from '../view/current-view.ts'
import type { LiveView } from '../view/live-view.ts'
import { createDetails } from './details.ts'
import { createEdgeConnections } from './edge-connections.ts'
import { createNodeEvents } from './node-events.ts'

/** What the card on top is about, and what the app tells of it. */
export interface OpenCard {
  /** Whether there is one. */
  readonly isOpen: () => boolean
  /** Id of the node that it is about. */
  readonly node: () => string | undefined
  readonly details: Followed<NodeDetails>
  readonly events: Followed<EventsDocument>
  /** How far back the lines of metrics reach. */
  readonly span: () => SparkSpan
  setSpan(span: SparkSpan): void
  /** The ends of the edge that it is about. */
  readonly ends: () => Extract<Selection, { kind: 'edge' }> | undefined
  /** That edge as the map has it. */
  readonly edge: () => MapEdge | undefined
  readonly connections: Followed<ConnectionsDocument>
}

/** Follows what is selected in the address. */
export function createOpenCard(router: Router, current: CurrentView, live: LiveView): OpenCard {
  const [span, setSpan] = createSignal<SparkSpan>('5m')
  const node = createMemo(() => nodeOf(router.route().selected))
  const ends = createMemo(() => {
    const { selected } = router.route()
    return selected?.kind === 'edge' ? selected : undefined
  })
  const edge = createMemo(() => {
    const both = ends()
    return both && edgeBetween(live.content().graph, both.source, both.target)
  })
  return {
    isOpen: () => router.route().selected !== undefined,
    node,
    details: createDetails(() => {
      const nodeId = node()
      const view = current.id()
      if (!nodeId || !view) return undefined
      const onMap = live.content().graph.nodes.has(nodeId)
      return { view, nodeId, query: current.query(), span: span(), onMap }
    }),
    events: createNodeEvents(node),
    span,
    setSpan: (next) => void setSpan(next),
    ends,
    edge,
    connections: createEdgeConnections(() => {
      const edgeId = edge()?.id
      const view = current.id()
      return edgeId && view ? { view, edgeId, query: current.query() } : undefined
    }),
  }
}
