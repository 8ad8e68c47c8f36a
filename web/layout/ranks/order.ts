import type { Edges } from '../protocol.ts'

/**
 * The order of nodes within their ranks, from top to bottom: each rank is sorted by the mean place of the neighbours of its nodes, in
 * sweeps to the right and to the left. Places are shares of a rank's height.
 *
 * @param seed a number from 0 to 1 of each node, by which those are ordered that nothing else tells apart
 */
export function orderInRanks(
  rank: ArrayLike<number>,
  edges: Edges,
  seed: readonly number[],
  sweeps: number,
): number[][] {
  const size = rank.length
  const beside: number[][] = Array.from({ length: size }, () => [])
  for (const [from, to] of edges) {
    beside[from]?.push(to)
    beside[to]?.push(from)
  }
  const count = Math.max(-1, ...Array.from(rank)) + 1
  const inRank: number[][] = Array.from({ length: count }, () => [])
  for (let node = 0; node < size; node++) inRank[rank[node] ?? 0]?.push(node)
  const place = Float64Array.from(seed)
  const settle = (nodes: readonly number[]) => {
    nodes.forEach((node, at) => {
      place[node] = (at + 0.5) / nodes.length
    })
  }
  for (const nodes of inRank) {
    nodes.sort((a, b) => (seed[a] ?? 0) - (seed[b] ?? 0))
    settle(nodes)
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const turn = sweep % 2 === 0 ? inRank : inRank.toReversed()
    for (const nodes of turn) {
      const wanted = new Map(
        nodes.map((node) => {
          const others = beside[node] ?? []
          const sum = others.reduce((total, other) => total + (place[other] ?? 0), 0)
          return [node, others.length === 0 ? (place[node] ?? 0) : sum / others.length] as const
        }),
      )
      nodes.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || (place[a] ?? 0) - (place[b] ?? 0))
      settle(nodes)
    }
  }
  return inRank
}
