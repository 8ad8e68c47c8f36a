import { unitHash } from '../../domain/hash.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { Settings } from '../../settings.ts'
import { untangle } from '../cost/untangle.ts'
import { slotsFor } from '../places/slots.ts'
import type { Edges, LayoutNode } from '../protocol.ts'
import { orderInRanks } from '../ranks/order.ts'
import { ranks } from '../ranks/ranks.ts'

/** Lays out connected nodes from left to right: clients left, servers right, in ranks. */
export function arrangeFlow(
  nodes: readonly LayoutNode[],
  edges: Edges,
  aspect: number,
  { flow, margin }: Settings['layout'],
): Point[] {
  const rank = ranks(nodes.length, edges, flow)
  const seed = nodes.map(({ id }) => unitHash(id))
  const slots = slotsFor(nodes, rank, aspect, { ...flow, margin })
  const slotOf = new Int32Array(nodes.length)
  orderInRanks(rank, edges, seed, flow.sweeps).forEach((inRank, own) => {
    const free = slots.ofRank[own] ?? []
    inRank.forEach((node, at) => {
      slotOf[node] = free[Math.floor(((at + 0.5) * free.length) / inRank.length)] ?? 0
    })
  })
  const clearance = Math.max(...nodes.map(({ r }) => r)) + flow.clearance
  untangle(slotOf, rank, slots, edges, clearance, flow.weights, flow.effort)
  return Array.from(slotOf, (slot) => slots.places[slot] ?? { x: 0, y: 0 })
}
