import {
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force'
import type { Settings } from '../settings.ts'
import { keepApart } from './keep-apart.ts'
import type { LayoutNode } from './protocol.ts'

/** A node while forces act on it. */
export interface SimulatedNode extends SimulationNodeDatum {
  readonly r: number
  readonly halfWidth: number
  readonly below: number
  /** Where its layer pulls it. */
  readonly layerX: number
}

/** A node at the start of a simulation; with `held` it does not move. */
export function simulated(node: LayoutNode, x: number, y: number, layerX: number, held: boolean): SimulatedNode {
  return {
    r: node.r,
    halfWidth: node.halfWidth,
    below: node.below,
    layerX,
    x,
    y,
    ...(held ? { fx: x, fy: y } : {}),
  }
}

/** Lets forces act for some ticks; the same input always ends in the same places. */
export function simulate(
  nodes: SimulatedNode[],
  edges: readonly (readonly [number, number])[],
  ticks: number,
  pull: { readonly x: number; readonly y: number; readonly centreY: number },
  layout: Settings['layout'],
): void {
  const degree = new Int32Array(nodes.length)
  for (const [from, to] of edges) {
    degree[from] = (degree[from] ?? 0) + 1
    degree[to] = (degree[to] ?? 0) + 1
  }
  const links = edges.map(([source, target]): SimulationLinkDatum<SimulatedNode> => ({ source, target }))
  const busiest = (link: SimulationLinkDatum<SimulatedNode>) =>
    Math.max(degree[(link.source as SimulatedNode).index ?? 0] ?? 1, degree[(link.target as SimulatedNode).index ?? 0] ?? 1)
  forceSimulation(nodes)
    .stop()
    .alphaDecay(1 - 0.002 ** (1 / ticks))
    .velocityDecay(0.35)
    .force(
      'link',
      forceLink<SimulatedNode, SimulationLinkDatum<SimulatedNode>>(links)
        .distance((link) => layout.linkDistance + 9 * Math.sqrt(busiest(link)))
        .strength((link) => 0.9 / Math.sqrt(busiest(link))),
    )
    .force('repel', forceManyBody().strength(layout.repulsion).distanceMax(layout.repulsionReach).theta(1))
    .force('layer', forceX<SimulatedNode>((node) => node.layerX).strength(pull.x))
    .force('middle', forceY<SimulatedNode>(pull.centreY).strength(pull.y))
    .force('apart', keepApart(layout.margin))
    .tick(ticks)
}
