import type { SimulationNodeDatum } from 'd3-force'
import type { LayoutNode } from '../protocol.ts'

/** A node in a force simulation. See {@link LayoutNode} for its lengths. */
export interface SimulatedNode extends SimulationNodeDatum {
  readonly r: number
  readonly halfWidth: number
  readonly below: number
}

/** A node at the start of a simulation. @param held the node does not move */
export function simulated(node: LayoutNode, x: number, y: number, held: boolean): SimulatedNode {
  return {
    r: node.r,
    halfWidth: node.halfWidth,
    below: node.below,
    x,
    y,
    ...(held ? { fx: x, fy: y } : {}),
  }
}
