import type { Point } from '../../domain/plot/geometry.ts'
import { neighboursOf } from '../neighbours.ts'
import type { Slots } from '../places/slots.ts'
import type { Edges } from '../protocol.ts'
import { edgesApart, type Weights } from './cost.ts'
import { tallyOf } from './tally.ts'

/** How long {@link untangle} tries. */
export interface Effort {
  /** How many comparisons of edges with edges and nodes its tries may take, if none were given up early. */
  readonly comparisons: number
  /** The most and the fewest tries for each node. */
  readonly triesPerNode: number
  readonly triesLeast: number
  /** By how much the cost may rise in a try, at first. */
  readonly heat: number
  /** In this share of the tries a node moves to about the mean height of its neighbours, else to any slot of its rank. */
  readonly nearShare: number
  /** How far from that height it may be, as a share of the whole height. */
  readonly near: number
}

/**
 * Moves nodes to other slots of their rank, or exchanges two, while that lowers the cost of the layout (see {@link tallyOf}). At first it
 * may also rise, by less and less, so that the search does not end in the first valley (threshold accepting). The same input gives the
 * same result, and since what is tried with a node depends on that alone, almost the same input often gives almost the same.
 *
 * @param slotOf the slot of each node; changed in place
 * @param seed a number from 0 to 1 of each node, on which depends what is tried with it
 */
export function untangle(
  slotOf: Int32Array,
  rank: ArrayLike<number>,
  slots: Slots,
  edges: Edges,
  seed: readonly number[],
  clearance: number,
  weights: Weights,
  effort: Effort,
): void {
  const size = slotOf.length
  if (size === 0) return
  const all = Array.from({ length: size }, (_, node) => node)
  const rounds = roundsFor(size, edges.length, effort)
  const apart = new Uint8Array(size * size)
  for (const [node, away] of edgesApart(size, edges, all)) apart.set(away, node * size)
  const places = Array.from(slotOf, (slot) => slots.places[slot] as Point)
  const tally = tallyOf(places, edges, apart, clearance, weights)
  const heldBy = new Int32Array(slots.places.length).fill(-1)
  slotOf.forEach((slot, node) => {
    heldBy[slot] = node
  })
  const { first, beside } = neighboursOf(size, edges)
  const highest = Math.max(1, ...slots.places.map(({ y }) => y))
  /** The mean height of the neighbours of a node, from 0 to 1. */
  const meanHeight = (node: number): number => {
    const start = first[node] ?? 0
    const end = first[node + 1] ?? 0
    let sum = 0
    for (let at = start; at < end; at++) sum += slots.places[slotOf[beside[at] ?? 0] ?? 0]?.y ?? 0
    return sum / Math.max(1, end - start) / highest
  }
  const words = seed.map((one) => Math.floor(one * 0x1_0000_0000) | 0)
  const turn = all.toSorted((a, b) => (seed[a] ?? 0) - (seed[b] ?? 0))
  const rescaleEvery = Math.max(1, Math.round(1024 / size))
  for (let round = 0; round < rounds; round++) {
    if (round % rescaleEvery === 0 && round > 0) tally.rescale()
    const heat = effort.heat * Math.max(0, 1 - round / (0.9 * rounds)) ** 2
    for (const node of turn) {
      const own = slots.ofRank[rank[node] ?? 0] ?? []
      const before = slotOf[node] ?? 0
      const word = words[node] ?? 0
      const chosen = numberFor(word, 2 * round)
      const isNear = numberFor(word, 2 * round + 1) < effort.nearShare
      const goal = isNear ? meanHeight(node) + effort.near * (2 * chosen - 1) : chosen
      const slot = own[Math.max(0, Math.min(own.length - 1, Math.floor(goal * own.length)))] ?? before
      if (slot === before) continue
      const other = heldBy[slot] ?? -1
      if (!tally.move(node, slots.places[slot] as Point, other, heat)) continue
      heldBy[slot] = node
      heldBy[before] = other
      slotOf[node] = slot
      if (other !== -1) slotOf[other] = before
    }
  }
}

/** How often to try with each node. Of a large graph a try is dear, so there are few. Graphs that differ a little get the same number. */
function roundsFor(size: number, edges: number, { comparisons, triesPerNode, triesLeast }: Effort): number {
  const perTry = 4 * ((2 * edges) / Math.max(1, size) + 1) * (edges + size)
  const tries = Math.min(triesPerNode, Math.max(triesLeast, comparisons / perTry / size))
  return Math.round(2 ** (Math.round(2 * Math.log2(tries)) / 2))
}

/** A number from 0 to 1 that depends only on a word and the number of the draw (the mixing of MurmurHash 3). */
function numberFor(word: number, draw: number): number {
  let hash = word ^ Math.imul(draw + 1, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000
}
