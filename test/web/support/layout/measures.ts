import type { Point } from '../../../../web/domain/plot/geometry.ts'

/** Client and server of each edge, by index. */
export type Pairs = readonly (readonly [number, number])[]

/** How many pairs of edges cross, drawn as straight lines between the centres of their nodes. Edges with a common end do not. */
export function crossings(places: readonly Point[], edges: Pairs): number {
  let count = 0
  for (const [at, [a, b]] of edges.entries()) {
    for (const [c, d] of edges.slice(at + 1)) {
      if (a === c || a === d || b === c || b === d) continue
      const [pa, pb, pc, pd] = [a, b, c, d].map((index) => places[index] as Point) as [
        Point,
        Point,
        Point,
        Point,
      ]
      if (side(pa, pb, pc) * side(pa, pb, pd) < 0 && side(pc, pd, pa) * side(pc, pd, pb) < 0) count++
    }
  }
  return count
}

/** How many edges have their client right of their server. */
export function backwardEdges(places: readonly Point[], edges: Pairs): number {
  return edges.filter(([from, to]) => (places[from]?.x ?? 0) > (places[to]?.x ?? 0)).length
}

/**
 * How badly distances on the map tell how many edges nodes are apart: the mean of ((s·d − g) / g)² over pairs of
 * connected nodes, with d their distance on the map, g the edges of the shortest way between them, and s the scale at which this is
 * least. 0 = exactly.
 */
export function stress(places: readonly Point[], edges: Pairs): number {
  const away = edgesBetween(places.length, edges)
  let linear = 0
  let square = 0
  let pairs = 0
  for (const [a, row] of away.entries()) {
    for (let b = 0; b < a; b++) {
      const g = row[b] ?? -1
      if (g <= 0) continue
      const ratio = distance(places[a] as Point, places[b] as Point) / g
      linear += ratio
      square += ratio ** 2
      pairs++
    }
  }
  return pairs === 0 || square === 0 ? 0 : (pairs - linear ** 2 / square) / pairs
}

/** How far nodes have moved on average, as a share of the earlier layout's diameter (its two nodes that are farthest apart). */
export function displacement(before: readonly Point[], after: readonly Point[]): number {
  const diameter = Math.max(...before.flatMap((a) => before.map((b) => distance(a, b))))
  const moved = before.map((a, index) => distance(a, after[index] as Point))
  return moved.reduce((sum, one) => sum + one, 0) / Math.max(1, moved.length) / diameter
}

/** Width and height of what is around all places. */
export function extent(places: readonly Point[]): { readonly width: number; readonly height: number } {
  const span = (values: readonly number[]) => Math.max(...values) - Math.min(...values)
  return { width: span(places.map(({ x }) => x)), height: span(places.map(({ y }) => y)) }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

/** Positive when `c` is on one side of the line from `a` to `b`, negative on the other. */
function side(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/** For each node how many edges away each other is, by breadth-first search; −1 = unreachable. */
function edgesBetween(size: number, edges: Pairs): Int16Array[] {
  const beside: number[][] = Array.from({ length: size }, () => [])
  for (const [from, to] of edges) {
    beside[from]?.push(to)
    beside[to]?.push(from)
  }
  return beside.map((_, start) => {
    const away = new Int16Array(size).fill(-1)
    away[start] = 0
    const queue = [start]
    for (const node of queue) {
      for (const next of beside[node] ?? []) {
        if (away[next] !== -1) continue
        away[next] = (away[node] ?? 0) + 1
        queue.push(next)
      }
    }
    return away
  })
}
