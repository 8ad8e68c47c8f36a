import type { Edges } from '../protocol.ts'

/** What makes a layout hard to read, by weights. */
export interface Weights {
  /** Of two edges that cross. */
  readonly crossing: number
  /** Of an edge that runs over a node that it does not belong to. */
  readonly covered: number
  /** Of a pair of nodes whose distance is wrong by itself, squared (stress). */
  readonly stress: number
}

/** How many edges some nodes are from each other node; see {@link edgesApart}. */
export type Apart = ReadonlyMap<number, Uint8Array>

/** The cost of a layout that is changed node by node. A node whose place is NaN is nowhere, and costs nothing. */
export interface Cost {
  readonly x: Float64Array
  readonly y: Float64Array
  /** The part of the cost that depends on where these nodes are. */
  of(nodes: readonly number[]): number
  /** Fits the scale at which distances are compared to the present places. */
  rescale(): void
}

/**
 * The cost of places. Edges are straight.
 *
 * @param edges without loops, each pair once
 * @param apart of the nodes whose distances to others matter
 * @param clearance how near an edge may pass the centre of a node
 */
export function costOf(size: number, edges: Edges, apart: Apart, clearance: number, weights: Weights): Cost {
  const x = new Float64Array(size)
  const y = new Float64Array(size)
  const from = Int32Array.from(edges, ([client]) => client)
  const to = Int32Array.from(edges, ([, server]) => server)
  const of: number[][] = Array.from({ length: size }, () => [])
  edges.forEach(([client, server], edge) => {
    of[client]?.push(edge)
    of[server]?.push(edge)
  })
  const marked = new Uint8Array(edges.length)
  const clear = clearance ** 2
  let scale = 1

  const crosses = (e: number, f: number): boolean => {
    const a = from[e] as number
    const b = to[e] as number
    const c = from[f] as number
    const d = to[f] as number
    if (a === c || a === d || b === c || b === d) return false
    const ax = x[a] as number
    const ay = y[a] as number
    const bx = (x[b] as number) - ax
    const by = (y[b] as number) - ay
    const cx = (x[c] as number) - ax
    const cy = (y[c] as number) - ay
    const dx = (x[d] as number) - ax
    const dy = (y[d] as number) - ay
    if ((bx * cy - by * cx) * (bx * dy - by * dx) >= 0) return false
    const ex = dx - cx
    const ey = dy - cy
    return (ex * -cy - ey * -cx) * (ex * (by - cy) - ey * (bx - cx)) < 0
  }

  const covers = (e: number, node: number): boolean => {
    const a = from[e] as number
    const b = to[e] as number
    if (a === node || b === node) return false
    const ax = x[a] as number
    const ay = y[a] as number
    const bx = (x[b] as number) - ax
    const by = (y[b] as number) - ay
    const px = (x[node] as number) - ax
    const py = (y[node] as number) - ay
    const length = bx * bx + by * by
    const t = px * bx + py * by
    if (t <= 0 || t >= length) return false
    const off = bx * py - by * px
    return off * off < clear * length
  }

  return {
    x,
    y,
    of(nodes) {
      const own: number[] = []
      for (const node of nodes) {
        for (const edge of of[node] ?? []) {
          if (marked[edge]) continue
          marked[edge] = 1
          own.push(edge)
        }
      }
      let crossings = 0
      let covered = 0
      let wrong = 0
      for (let at = 0; at < own.length; at++) {
        const edge = own[at] as number
        for (let other = 0; other < from.length; other++) {
          if (!marked[other] && crosses(edge, other)) crossings++
        }
        for (let later = at + 1; later < own.length; later++)
          if (crosses(edge, own[later] as number)) crossings++
        for (let node = 0; node < size; node++) if (covers(edge, node)) covered++
      }
      for (const node of nodes) {
        for (let edge = 0; edge < from.length; edge++) if (!marked[edge] && covers(edge, node)) covered++
        const away = apart.get(node)
        for (let other = 0; away && other < size; other++) {
          const between = away[other] as number
          if (between === 0) continue
          const dx = (x[node] as number) - (x[other] as number)
          const dy = (y[node] as number) - (y[other] as number)
          const off = (scale * Math.sqrt(dx * dx + dy * dy)) / between - 1
          if (!Number.isNaN(off)) wrong += off * off
        }
      }
      for (const edge of own) marked[edge] = 0
      return weights.crossing * crossings + weights.covered * covered + weights.stress * wrong
    },
    rescale() {
      let linear = 0
      let square = 0
      for (const [node, away] of apart) {
        for (let other = 0; other < size; other++) {
          const between = away[other] as number
          const dx = (x[node] as number) - (x[other] as number)
          const dy = (y[node] as number) - (y[other] as number)
          const ratio = Math.sqrt(dx * dx + dy * dy) / between
          if (between === 0 || Number.isNaN(ratio)) continue
          linear += ratio
          square += ratio * ratio
        }
      }
      if (square > 0) scale = linear / square
    },
  }
}

/** For some nodes, by their index, how many edges they are from each other node (at most 255); 0 = not connected. */
export function edgesApart(size: number, edges: Edges, from: readonly number[]): Apart {
  const beside: number[][] = Array.from({ length: size }, () => [])
  for (const [client, server] of edges) {
    beside[client]?.push(server)
    beside[server]?.push(client)
  }
  return new Map(
    from.map((start) => {
      const away = new Uint8Array(size)
      const queue = [start]
      for (const node of queue) {
        const next = node === start ? 1 : Math.min(255, (away[node] ?? 0) + 1)
        for (const other of beside[node] ?? []) {
          if (other === start || away[other] !== 0) continue
          away[other] = next
          queue.push(other)
        }
      }
      return [start, away]
    }),
  )
}
