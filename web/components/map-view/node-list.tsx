import { createMemo, type JSX } from 'solid-js'
import type { Edge } from '../../../src/api/types.ts'
import { edgeSummary } from '../../domain/edge/edge-summary.ts'
import type { Graph, MapNode } from '../../domain/graph/graph.ts'
import { listedGraph } from '../../domain/graph/listed-graph.ts'
import { networksOf } from '../../domain/graph/networks.ts'
import { badgeWords } from '../../domain/node/badge-words.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { settings } from '../../settings.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** Props of {@link NodeList}. */
export interface NodeListProps {
  readonly graph: Graph
  /** Places on the map of nodes; of a large map, of those that are to be listed. */
  readonly placed: ReadonlyMap<string, Point>
  /** Whether it is told in which networks nodes are. */
  readonly tellsNetworks: boolean
  /** Ids of the nodes that are pinned. */
  readonly pinned: ReadonlySet<string>
  readonly onOpen: (nodeId: string) => void
  /** The menu of a node is asked for. */
  readonly onMenu: (nodeId: string) => void
  readonly onOpenEdge: (edge: Edge) => void
}

/**
 * The map for screen readers, not visible: nodes and edges, each with a button that opens its card. Of a large map it has only those
 * in sight.
 */
export function NodeList(props: NodeListProps): JSX.Element {
  const listed = createMemo(() => listedGraph(props.graph, props.placed, settings.list))
  const nodes = () => listed().nodes
  const edges = () => listed().edges
  const label = (id: string) => props.graph.nodes.get(id)?.label ?? id
  return (
    <section class="for-readers" aria-label="What the map shows">
      {/* biome-ignore lint/a11y/noRedundantRoles: without bullets some browsers take the role away */}
      <ul role="list" aria-label="Nodes" data-testid="nodes">
        <Keyed each={nodes()} by={idOf}>
          {(node) => (
            <li
              data-testid="node"
              data-id={node().id}
              data-label={node().label}
              data-x={props.placed.get(node().id)?.x}
              data-y={props.placed.get(node().id)?.y}
              data-pinned={props.pinned.has(node().id)}
            >
              <button
                type="button"
                tabindex="-1"
                onClick={() => props.onOpen(node().id)}
                onContextMenu={(event) => {
                  event.preventDefault()
                  props.onMenu(node().id)
                }}
              >
                {nodeWords(node(), props.tellsNetworks, props.pinned.has(node().id))}
              </button>
            </li>
          )}
        </Keyed>
      </ul>
      {/* biome-ignore lint/a11y/noRedundantRoles: without bullets some browsers take the role away */}
      <ul role="list" aria-label="Connections" data-testid="edges">
        <Keyed each={edges()} by={idOf}>
          {(edge) => (
            <li data-testid="edge" data-source={label(edge().source)} data-target={label(edge().target)}>
              <button type="button" tabindex="-1" onClick={() => props.onOpenEdge(edge())}>
                {edgeWords(edge(), label)}
              </button>
            </li>
          )}
        </Keyed>
      </ul>
    </section>
  )
}

function nodeWords(node: MapNode, tellsNetworks: boolean, isPinned: boolean): string {
  const networks = tellsNetworks ? networksOf(node) : []
  const within = networks.length > 0 && `in ${networks.join(' and ')}`
  return [node.label, node.labelMinor, badgeWords(node), isPinned && 'pinned', within]
    .filter(Boolean)
    .join(', ')
}

function edgeWords(edge: Edge, label: (id: string) => string): string {
  return [`${label(edge.source)} to ${label(edge.target)}`, ...edgeSummary(edge)].join(', ')
}
