import { unitHash } from '../../domain/hash.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { Settings } from '../../settings.ts'
import type { Edges, LayoutNode } from '../protocol.ts'
import { simulate } from './simulate.ts'
import { simulated } from './simulated-node.ts'

/** Lays out connected nodes by forces: those that talk to each other attract, all others repel each other. */
export function arrangeForce(
  nodes: readonly LayoutNode[],
  edges: Edges,
  aspect: number,
  layout: Settings['layout'],
): Point[] {
  const size = nodes.length
  const reach = Math.sqrt(size) * layout.linkDistance
  const bodies = nodes.map((node) => {
    const turn = unitHash(node.id) * 2 * Math.PI
    const far = Math.sqrt(unitHash(`${node.id} `)) * reach
    return simulated(node, far * Math.cos(turn) * aspect, far * Math.sin(turn), false)
  })
  const loose = Math.min(0.008, 1.6 / size)
  const pull = { x: loose / aspect, y: (loose + Math.min(0.07, 0.9 / size)) * aspect }
  const ticks = Math.max(layout.ticksLeast, Math.min(layout.ticksMost, (layout.ticksMost * 200) / size))
  simulate(bodies, edges, { ticks: Math.round(ticks), pull, airy: 1 + 6 / (size + 6), aspect }, layout)
  return bodies.map(({ x = 0, y = 0 }) => ({ x, y }))
}
