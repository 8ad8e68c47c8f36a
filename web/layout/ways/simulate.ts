import { forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum } from 'd3-force'
import type { Settings } from '../../settings.ts'
import { keepApart } from './keep-apart.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** Parameters of {@link simulate}. */
export interface SimulateOptions {
  readonly ticks: number
  /** Strength of the pull towards the middle. */
  readonly pull: { readonly x: number; readonly y: number }
  /** Factor by which the distance between connected nodes is multiplied. */
  readonly airy: number
  /** Approximate width over height of the result. */
  readonly aspect: number
}

/** Runs a force simulation on nodes, and moves them in place. The same input always gives the same result. */
export function simulate(
  nodes: SimulatedNode[],
  edges: readonly (readonly [number, number])[],
  { ticks, pull, airy, aspect }: SimulateOptions,
  layout: Settings['layout'],
): void {
  const degree = new Int32Array(nodes.length)
  for (const [from, to] of edges) {
    degree[from] = (degree[from] ?? 0) + 1
    degree[to] = (degree[to] ?? 0) + 1
  }
  const links = edges.map(([source, target]): SimulationLinkDatum<SimulatedNode> => ({ source, target }))
  const ends = (link: SimulationLinkDatum<SimulatedNode>) => {
    const a = degree[(link.source as SimulatedNode).index ?? 0] ?? 1
    const b = degree[(link.target as SimulatedNode).index ?? 0] ?? 1
    return { least: Math.min(a, b), most: Math.max(a, b) }
  }
  const apart = keepApart(layout.margin)
  forceSimulation(nodes)
    .stop()
    .alphaDecay(1 - 0.002 ** (1 / ticks))
    .velocityDecay(0.35)
    .force(
      'link',
      forceLink<SimulatedNode, SimulationLinkDatum<SimulatedNode>>(links)
        .distance((link) => layout.linkDistance * airy + 7 * Math.sqrt(ends(link).most))
        .strength((link) => 1 / (0.4 + ends(link).least) / (1 + ends(link).most / 12)),
    )
    .force('repel', forceManyBody().strength(layout.repulsion).distanceMax(layout.repulsionReach).theta(1))
    .force('x', forceX(0).strength(pull.x))
    .force('y', forceY(0).strength(pull.y))
    .force('apart', apart)
    .tick(ticks)
  stretch(nodes, aspect)
  // In the simulation the link force may keep labels overlapping; these rounds only push boxes apart.
  for (let round = 0; round < layout.roundsApart && apart(0); round++);
}

/** Widens a layout that is too tall for its space, by up to double its aspect. */
function stretch(nodes: readonly SimulatedNode[], aspect: number): void {
  const extent = (values: readonly number[]) => Math.max(1, Math.max(...values) - Math.min(...values))
  const is = extent(nodes.map((node) => node.x ?? 0)) / extent(nodes.map((node) => node.y ?? 0))
  const factor = Math.min(Math.SQRT2, Math.sqrt(aspect / is))
  if (factor <= 1 || nodes.length < 8) return
  for (const node of nodes) {
    node.x = (node.x ?? 0) * factor
    node.y = (node.y ?? 0) / factor
  }
}
