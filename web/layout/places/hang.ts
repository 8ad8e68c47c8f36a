import { costOf, edgesApart, type Weights } from '../cost/cost.ts'
import type { Edges } from '../protocol.ts'
import type { Hanging } from '../ranks/core.ts'
import type { Slots } from './slots.ts'

/** How much {@link hang} compares. */
export interface HangEffort {
  /** For each node so many slots, at most. */
  readonly slots: number
  /** So many edges with edges and nodes, about, for all nodes. */
  readonly comparisons: number
}

/**
 * Puts nodes that hang on others into free slots of their ranks, one after the other: of those that are about as high as what the node
 * hangs on, into the one that costs least.
 *
 * @param slotOf the slot of each node, −1 for those that hang; theirs are set
 */
export function hang(
  hanging: readonly Hanging[],
  slotOf: Int32Array,
  rank: ArrayLike<number>,
  slots: Slots,
  edges: Edges,
  clearance: number,
  weights: Weights,
  effort: HangEffort,
): void {
  const tried = triedFor(hanging.length, slotOf.length, edges.length, effort)
  const heightOf = (slot: number) => slots.places[slot]?.y ?? 0
  const held = new Set(slotOf.filter((slot) => slot >= 0))
  const free = slots.ofRank.map((own) => own.filter((slot) => !held.has(slot)))
  const compared = tried > 1 ? comparing(hanging, slotOf, slots, edges, clearance, weights) : undefined
  for (const { node, on } of hanging) {
    const own = free[rank[node] ?? 0] ?? []
    const near = nearest(own, heightOf(slotOf[on] ?? 0), heightOf, tried)
    const best = compared?.cheapest(node, near) ?? near[0] ?? 0
    own.splice(own.indexOf(best), 1)
    slotOf[node] = best
  }
}

/** Of slots, from top to bottom, the `most` that are nearest to a height, those first. */
function nearest(
  own: readonly number[],
  height: number,
  heightOf: (slot: number) => number,
  most: number,
): readonly number[] {
  const at = own.findIndex((slot) => heightOf(slot) >= height)
  let below = at < 0 ? own.length : at
  let above = below - 1
  const found: number[] = []
  while (found.length < most && found.length < own.length) {
    const [upper, lower] = [own[above], own[below]]
    const isUpper =
      lower === undefined || (upper !== undefined && height - heightOf(upper) <= heightOf(lower) - height)
    const slot = isUpper ? upper : lower
    if (isUpper) above--
    else below++
    if (slot !== undefined) found.push(slot)
  }
  return found
}

/** How many slots are compared for each node. Graphs that differ a little get the same number. */
function triedFor(hanging: number, size: number, edges: number, effort: HangEffort): number {
  const affordable = effort.comparisons / Math.max(1, hanging * 2 * (edges + size))
  return Math.min(effort.slots, 2 ** Math.max(0, Math.floor(Math.log2(affordable))))
}

/** Finds the slot that costs least for a node, which then stands there. */
function comparing(
  hanging: readonly Hanging[],
  slotOf: Int32Array,
  slots: Slots,
  edges: Edges,
  clearance: number,
  weights: Weights,
): { cheapest(node: number, of: readonly number[]): number | undefined } {
  const size = slotOf.length
  const late = hanging.map(({ node }) => node)
  const cost = costOf(size, edges, edgesApart(size, edges, late), clearance, weights)
  const put = (node: number, slot: number) => {
    cost.x[node] = slots.places[slot]?.x ?? 0
    cost.y[node] = slots.places[slot]?.y ?? 0
  }
  cost.x.fill(Number.NaN)
  slotOf.forEach((slot, node) => {
    if (slot >= 0) put(node, slot)
  })
  cost.rescale()
  return {
    cheapest(node, of) {
      let best: number | undefined
      let least = Number.POSITIVE_INFINITY
      for (const slot of of) {
        put(node, slot)
        const one = cost.of([node])
        if (one >= least) continue
        least = one
        best = slot
      }
      if (best !== undefined) put(node, best)
      return best
    },
  }
}
