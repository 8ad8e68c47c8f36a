import { type JSX, Show } from 'solid-js'
import type { Selection } from '../../domain/address/route.ts'
import type { Graph } from '../../domain/graph/graph.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { createPointedEdge, type FollowInside } from './create-pointed-edge.ts'
import { EdgeTooltip } from './edge-tooltip.tsx'

/** Props of {@link PointedEdgeTooltip}. */
export interface PointedEdgeTooltipProps {
  readonly edgeId: string | undefined
  readonly graph: Graph
  /** What has its card open, which tells more than a tooltip. */
  readonly selected: Selection | undefined
  readonly inside: FollowInside
  /** The pointer, in pixels of the map. */
  readonly at: Point
}

/** What is told of the edge that the pointer is on. */
export function PointedEdgeTooltip(props: PointedEdgeTooltipProps): JSX.Element {
  const pointed = createPointedEdge(
    () => props.edgeId,
    () => props.graph,
    () => props.selected,
    (edgeId) => props.inside(edgeId),
  )
  return (
    <Show when={pointed.edge()}>
      {(edge) => (
        <EdgeTooltip
          edge={edge()}
          nodes={props.graph.nodes}
          parts={pointed.parts()}
          failingSince={pointed.failingSince()}
          at={props.at}
        />
      )}
    </Show>
  )
}
