import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import type { ConnectionsDocument, Edge } from '../../../src/api/types.ts'
import { isFailing } from '../../../src/topology/failing.ts'
import type { Selection } from '../../domain/address/route.ts'
import { flowParts } from '../../domain/edge/flow-parts.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import { badgeHints } from '../../domain/node/badge-words.ts'
import { toScreen } from '../../draw/camera.ts'
import type { Hover, Rest } from '../../map/renderer/protocol.ts'
import { settings } from '../../settings.ts'
import { BundleTooltip, EdgeTooltip, GhostTooltip, NodeTooltip } from '../tooltip/lazy-tooltips.ts'
import { pointedLabel } from './pointed-words.ts'

/** Props of {@link MapTooltips}. */
export interface MapTooltipsProps {
  readonly content: LiveContent
  /** What the pointer is at. */
  readonly hover: Hover | undefined
  /** The map as it came to rest last. */
  readonly rested: Rest
  /** Ids of the nodes that are pinned. */
  readonly pinned: ReadonlySet<string>
  /** What has its card open, which tells more than a tooltip. */
  readonly selected: Selection | undefined
  /** Follows the connections within an edge, given its id. */
  readonly inside: (edgeId: () => string | undefined) => () => ConnectionsDocument | undefined
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
    const now = props.hover
    const node =
      now?.kind === 'node' && !(props.selected?.kind === 'node' && props.selected.id === now.id)
        ? props.content.graph.nodes.get(now.id)
        : undefined
    const lines = node ? badgeHints(node) : []
    const place = node && props.rested.listed.get(node.id)
    if (!node || !place || lines.length === 0) return undefined
    const { camera } = props.rested
    const { x, y } = toScreen(camera, place)
    return { label: node.label, lines, at: { x: x + settings.node.radiusMin * camera.zoom, y } }
  })
  // The edge whose card is open needs no tooltip.
  const tellsMore = ({ source, target }: Edge) => {
    const selection = props.selected
    return selection?.kind === 'edge' && selection.source === source && selection.target === target
  }
  const isOfGroup = ({ source, target }: Edge) =>
    [source, target].some((id) => {
      const node = props.content.graph.nodes.get(id)
      return node !== undefined && isClosedGroup(node)
    })
  // The app is asked what is inside an edge of a closed group, and since when one fails, only when the pointer rests on it.
  const askedEdge = createMemo(() => {
    const edge = props.content.graph.edges.get(hoveredEdge()?.id ?? '')
    return edge && !tellsMore(edge) && (isFailing(edge) || isOfGroup(edge)) ? edge.id : undefined
  })
  const [restedOn, setRestedOn] = createSignal<string>()
  createEffect(() => {
    const id = askedEdge()
    setRestedOn(undefined)
    if (id === undefined) return
    const timer = window.setTimeout(() => setRestedOn(id), settings.edge.insideMs)
    onCleanup(() => window.clearTimeout(timer))
  })
  const inside = props.inside(restedOn)
  const insideRested = () => (restedOn() === undefined ? undefined : inside())
  const parts = createMemo(() => {
    const document = insideRested()
    const edge = props.content.graph.edges.get(restedOn() ?? '')
    return document && edge && isOfGroup(edge) ? flowParts(document, settings.edge.partsMost) : undefined
  })
  const tooltipEdge = (id: string) => {
    const edge = props.content.graph.edges.get(id)
    return edge && !tellsMore(edge) ? edge : undefined
  }

  return (
    <>
      <Show when={hoveredEdge()}>
        {(edge) => (
          <Show when={tooltipEdge(edge().id)}>
            {(current) => (
              <EdgeTooltip
                edge={current()}
                nodes={props.content.graph.nodes}
                parts={parts()}
                failingSince={insideRested()?.failingSince}
                at={edge().at}
              />
            )}
          </Show>
        )}
      </Show>
      <Show when={hoveredBundle()}>
        {(bundle) => <BundleTooltip {...bundle()} graph={props.content.graph} />}
      </Show>
      <Show when={hoveredNode()}>{(node) => <NodeTooltip {...node()} />}</Show>
      <Show when={hoveredGhost()}>
        {(ghost) => (
          <Show when={pointedLabel(props.content, ghost(), props.pinned)}>
            {(words) => <GhostTooltip words={words()} at={ghost().at} />}
          </Show>
        )}
      </Show>
    </>
  )
}
