import { createMemo, type JSX, Show } from 'solid-js'
import { nodeOf, type Selection } from '../../domain/address/route.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { badgeHints } from '../../domain/node/badge-words.ts'
import type { LeftOut } from '../../domain/views.ts'
import type { Hover, HoverPlace } from '../../map/renderer/protocol.ts'
import type { FollowInside } from '../tooltip/create-pointed-edge.ts'
import { BundleTooltip, GhostTooltip, NodeTooltip, PointedEdgeTooltip } from '../tooltip/lazy-tooltips.ts'
import { pointedLabel } from './pointed-words.ts'

/** Props of {@link MapTooltips}. */
export interface MapTooltipsProps {
  readonly content: LiveContent
  /** What the pointer is at. */
  readonly hover: Hover | undefined
  /** Where the node is that the pointer is at. */
  readonly hoverPlace: HoverPlace | undefined
  /** Ids of the nodes that are pinned. */
  readonly pinned: ReadonlySet<string>
  /** Kinds of nodes that the options of the view hide. */
  readonly leftOut: readonly LeftOut[]
  /** What has its card open, which tells more than a tooltip. */
  readonly selected: Selection | undefined
  /** Follows the connections within an edge, given its id. */
  readonly inside: FollowInside
}

/** What is told of what the pointer is at on the map. */
export function MapTooltips(props: MapTooltipsProps): JSX.Element {
  const hoveredEdge = () => {
    const now = props.hover
    return now?.kind === 'edge' ? now : undefined
  }
  const hoveredBundle = () => {
    const now = props.hover
    return now?.kind === 'bundle' ? now : undefined
  }
  const hoveredGhost = () => {
    const now = props.hover
    return now?.kind === 'ghost' ? now : undefined
  }
  // The node whose card is open needs no tooltip.
  const hoveredNode = createMemo(() => {
    const id = nodeOf(props.hover)
    const node =
      id === undefined || id === nodeOf(props.selected) ? undefined : props.content.graph.nodes.get(id)
    const lines = node ? badgeHints(node) : []
    const place = props.hoverPlace
    if (!node || place?.id !== node.id || lines.length === 0) return undefined
    return { label: node.label, lines, at: place.at }
  })
  return (
    <>
      <Show when={hoveredEdge()}>
        {(edge) => (
          <PointedEdgeTooltip
            edgeId={edge().id}
            graph={props.content.graph}
            selected={props.selected}
            inside={props.inside}
            at={edge().at}
          />
        )}
      </Show>
      <Show when={hoveredBundle()}>
        {(bundle) => <BundleTooltip {...bundle()} graph={props.content.graph} />}
      </Show>
      <Show when={hoveredNode()}>{(node) => <NodeTooltip {...node()} />}</Show>
      <Show when={hoveredGhost()}>
        {(ghost) => (
          <Show when={pointedLabel(props.content, ghost(), props)}>
            {(words) => <GhostTooltip words={words()} at={ghost().at} />}
          </Show>
        )}
      </Show>
    </>
  )
}
