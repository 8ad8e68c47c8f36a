import { unitHash } from '../../domain/hash.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { Settings } from '../../settings.ts'
import { untangle } from '../cost/untangle.ts'
import { hang } from '../places/hang.ts'
import { slotsFor } from '../places/slots.ts'
import type { Edges, LayoutNode } from '../protocol.ts'
import { coreOf } from '../ranks/core.ts'
import { orderInRanks } from '../ranks/order.ts'
import { ranks } from '../ranks/ranks.ts'

/**
 * Lays out connected nodes from left to right: clients left, servers right, in ranks. The nodes that are held from several sides are laid
 * out first, as if the others were not there, so that one that comes or goes at the rim changes little between two fresh layouts.
 *
 * @param share of all nodes of the map that these are, from 0 to 1: their share of the effort is twice that, so that many groups do not
 *   take long
 */
export function arrangeFlow(
  nodes: readonly LayoutNode[],
  edges: Edges,
  aspect: number,
  { flow, margin }: Settings['layout'],
  share = 1,
): Point[] {
  const rank = ranks(nodes.length, edges, flow)
  const seed = nodes.map(({ id }) => unitHash(id))
  const slots = slotsFor(nodes, rank, aspect, { ...flow, margin })
  const clearance = Math.max(...nodes.map(({ r }) => r)) + flow.clearance
  const { inner, hanging } = coreOf(nodes.length, edges)
  const core = part(inner, edges, rank, seed)
  const slotOfCore = new Int32Array(inner.length)
  orderInRanks(core.rank, core.edges, core.seed, flow.sweeps).forEach((inRank, own) => {
    const free = slots.ofRank[own] ?? []
    inRank.forEach((node, at) => {
      slotOfCore[node] = free[Math.floor(((at + 0.5) * free.length) / inRank.length)] ?? 0
    })
  })
  const effort = { ...flow.effort, comparisons: flow.effort.comparisons * Math.min(1, 2 * share) }
  const isMoved = nodes.length <= flow.effort.sizeMost
  if (isMoved) untangle(slotOfCore, core.rank, slots, core.edges, core.seed, clearance, flow.weights, effort)
  const slotOf = new Int32Array(nodes.length).fill(-1)
  inner.forEach((node, at) => {
    slotOf[node] = slotOfCore[at] ?? 0
  })
  if (hanging.length > 0) {
    hang(hanging, slotOf, rank, slots, edges, clearance, flow.weights, flow.hanging)
    const last = { ...effort, ...flow.lastEffort, comparisons: effort.comparisons * flow.lastShare }
    if (isMoved) untangle(slotOf, rank, slots, edges, seed, clearance, flow.weights, last)
  }
  return Array.from(slotOf, (slot) => slots.places[slot] ?? { x: 0, y: 0 })
}

/** Some of the nodes with the edges between them, which are numbered as they are listed. */
function part(
  members: readonly number[],
  edges: Edges,
  rank: ArrayLike<number>,
  seed: readonly number[],
): { readonly edges: Edges; readonly rank: Int32Array; readonly seed: readonly number[] } {
  const local = new Map(members.map((node, at) => [node, at]))
  return {
    edges: edges.flatMap(([from, to]): (readonly [number, number])[] => {
      const [a, b] = [local.get(from), local.get(to)]
      return a === undefined || b === undefined ? [] : [[a, b]]
    }),
    rank: Int32Array.from(members, (node) => rank[node] ?? 0),
    seed: members.map((node) => seed[node] ?? 0),
  }
}
