import type { Point } from '../../domain/plot/geometry.ts'
import { neighboursOf } from '../neighbours.ts'
import type { Edges } from '../protocol.ts'
import type { Weights } from './cost.ts'

/**
 * The cost of a layout (see {@link Weights}), kept up to date as nodes move: what each edge and each node adds to it is counted, so that
 * only what a move changes is looked at.
 */
export interface Tally {
  /**
   * Moves a node to a place, and the node that stands there, if one does (else −1), to where the first was, unless the cost would rise
   * by more than `heat`. The result tells whether they moved.
   */
  move(node: number, at: Point, other: number, heat: number): boolean
  /** Fits the scale at which distances are compared to the present places. */
  rescale(): void
}

/**
 * Counts what places cost. Edges are straight.
 *
 * @param places of each node, by index
 * @param edges without loops, each pair once
 * @param apart how many edges each node is from each other, row by row; 0 = not connected
 * @param clearance how near an edge may pass the centre of a node
 */
export function tallyOf(
  places: readonly Point[],
  edges: Edges,
  apart: Uint8Array,
  clearance: number,
  weights: Weights,
): Tally {
  const size = places.length
  const count = edges.length
  const x = Float64Array.from(places, (at) => at.x)
  const y = Float64Array.from(places, (at) => at.y)
  const from = Int32Array.from(edges, ([client]) => client)
  const to = Int32Array.from(edges, ([, server]) => server)
  const { first, own } = neighboursOf(size, edges)
  const clear = clearance ** 2
  /** Of each edge: how many others it crosses, and over how many nodes it runs. Of each node: how many edges run over it, and its stress. */
  const crossed = new Int32Array(count)
  const running = new Int32Array(count)
  const covered = new Int32Array(size)
  const wrong = new Float64Array(size)
  const isMoving = new Uint8Array(count)
  const moving = new Int32Array(count)
  let movingCount = 0
  const side = new Float64Array(size)
  let scale = 1

  /** On which side of an edge's line each node is. @param sign by which the nodes that the edge runs over count; @returns how many */
  const sides = (edge: number, sign: number): number => {
    const a = from[edge] as number
    const b = to[edge] as number
    const ax = x[a] as number
    const ay = y[a] as number
    const bx = (x[b] as number) - ax
    const by = (y[b] as number) - ay
    const length = bx * bx + by * by
    const near = clear * length
    let over = 0
    for (let node = 0; node < size; node++) {
      const px = (x[node] as number) - ax
      const py = (y[node] as number) - ay
      const off = bx * py - by * px
      side[node] = off
      if (off * off >= near || node === a || node === b) continue
      const along = px * bx + py * by
      if (along <= 0 || along >= length) continue
      over++
      if (sign !== 0) covered[node] = (covered[node] as number) + sign
    }
    side[a] = 0
    side[b] = 0
    return over
  }

  /** Whether the ends of an edge are on the two sides of another's line. */
  const parts = (edge: number, other: number): boolean => {
    const c = from[other] as number
    const d = to[other] as number
    const cx = x[c] as number
    const cy = y[c] as number
    const dx = (x[d] as number) - cx
    const dy = (y[d] as number) - cy
    const a = from[edge] as number
    const b = to[edge] as number
    const left = dx * ((y[a] as number) - cy) - dy * ((x[a] as number) - cx)
    return left * (dx * ((y[b] as number) - cy) - dy * ((x[b] as number) - cx)) < 0
  }

  const covers = (edge: number, node: number): boolean => {
    const a = from[edge] as number
    const b = to[edge] as number
    if (a === node || b === node) return false
    const ax = x[a] as number
    const ay = y[a] as number
    const bx = (x[b] as number) - ax
    const by = (y[b] as number) - ay
    const px = (x[node] as number) - ax
    const py = (y[node] as number) - ay
    const length = bx * bx + by * by
    const off = bx * py - by * px
    if (off * off >= clear * length) return false
    const along = px * bx + py * by
    return along > 0 && along < length
  }

  const stressOf = (node: number, sign: number): number => {
    const row = node * size
    const ax = x[node] as number
    const ay = y[node] as number
    let sum = 0
    for (let other = 0; other < size; other++) {
      const between = apart[row + other] as number
      if (between === 0) continue
      const dx = ax - (x[other] as number)
      const dy = ay - (y[other] as number)
      const off = (scale * Math.sqrt(dx * dx + dy * dy)) / between - 1
      sum += off * off
      if (sign !== 0) wrong[other] = (wrong[other] as number) + sign * off * off
    }
    return sum
  }

  const take = (node: number) => {
    for (let at = first[node] as number; at < (first[node + 1] as number); at++) {
      const edge = own[at] as number
      if (isMoving[edge] === 1) continue
      isMoving[edge] = 1
      moving[movingCount++] = edge
    }
  }

  /** What the moving edges and nodes cost where they are, by what is counted. */
  const costNow = (node: number, other: number): number => {
    let crossings = 0
    let over = (covered[node] as number) + (other < 0 ? 0 : (covered[other] as number))
    for (let at = 0; at < movingCount; at++) {
      const edge = moving[at] as number
      crossings += crossed[edge] as number
      over += running[edge] as number
      // What two of them share was counted of both.
      if (covers(edge, node)) over--
      if (other >= 0) {
        if (covers(edge, other)) over--
        for (let later = at + 1; later < movingCount; later++) {
          if (crosses(edge, moving[later] as number)) crossings--
        }
      }
    }
    const stress = (wrong[node] as number) + (other < 0 ? 0 : (wrong[other] as number))
    return weights.crossing * crossings + weights.covered * over + weights.stress * stress
  }

  const crosses = (edge: number, other: number): boolean => {
    const a = from[edge] as number
    const b = to[edge] as number
    const c = from[other] as number
    const d = to[other] as number
    return a !== c && a !== d && b !== c && b !== d && parts(edge, other) && parts(other, edge)
  }

  /** What they would cost where they have been put, or some number above `most`. */
  const costThere = (node: number, other: number, most: number): number => {
    let cost = weights.stress * (stressOf(node, 0) + (other < 0 ? 0 : stressOf(other, 0)))
    for (let at = 0; at < movingCount && cost <= most; at++) {
      const edge = moving[at] as number
      cost += weights.covered * sides(edge, 0)
      let crossings = 0
      for (let one = 0; one < count; one++) {
        if ((side[from[one] as number] as number) * (side[to[one] as number] as number) >= 0) continue
        if ((isMoving[one] === 0 || one > edge) && parts(edge, one)) crossings++
      }
      cost += weights.crossing * crossings
    }
    if (cost > most) return cost
    let over = 0
    for (let edge = 0; edge < count; edge++) {
      if (isMoving[edge] === 1) continue
      if (covers(edge, node)) over++
      if (other >= 0 && covers(edge, other)) over++
    }
    return cost + weights.covered * over
  }

  /** Adds what the moving edges and nodes cost to what is counted, or takes it off. */
  const tell = (node: number, other: number, sign: 1 | -1) => {
    for (let at = 0; at < movingCount; at++) {
      const edge = moving[at] as number
      running[edge] = (running[edge] as number) + sign * sides(edge, sign)
      for (let one = 0; one < count; one++) {
        if ((side[from[one] as number] as number) * (side[to[one] as number] as number) >= 0) continue
        if ((isMoving[one] === 1 && one < edge) || !parts(edge, one)) continue
        crossed[edge] = (crossed[edge] as number) + sign
        crossed[one] = (crossed[one] as number) + sign
      }
    }
    for (let edge = 0; edge < count; edge++) {
      if (isMoving[edge] === 1) continue
      for (let two = 0; two < 2; two++) {
        const one = two === 0 ? node : other
        if (one < 0 || !covers(edge, one)) continue
        running[edge] = (running[edge] as number) + sign
        covered[one] = (covered[one] as number) + sign
      }
    }
    for (let two = 0; two < 2; two++) {
      const one = two === 0 ? node : other
      if (one >= 0) wrong[one] = (wrong[one] as number) + sign * stressOf(one, sign)
    }
  }

  const put = (node: number, at: Point) => {
    if (node < 0) return
    x[node] = at.x
    y[node] = at.y
  }

  const countAll = () => {
    for (let edge = 0; edge < count; edge++) {
      running[edge] = sides(edge, 1)
      for (let one = edge + 1; one < count; one++) {
        if ((side[from[one] as number] as number) * (side[to[one] as number] as number) >= 0) continue
        if (!parts(edge, one)) continue
        crossed[edge] = (crossed[edge] as number) + 1
        crossed[one] = (crossed[one] as number) + 1
      }
    }
  }

  const rescale = () => {
    let linear = 0
    let square = 0
    for (let node = 0; node < size; node++) {
      for (let other = 0; other < node; other++) {
        const between = apart[node * size + other] as number
        if (between === 0) continue
        const dx = (x[node] as number) - (x[other] as number)
        const dy = (y[node] as number) - (y[other] as number)
        const ratio = Math.sqrt(dx * dx + dy * dy) / between
        linear += ratio
        square += ratio * ratio
      }
    }
    if (square > 0) scale = linear / square
    for (let node = 0; node < size; node++) wrong[node] = stressOf(node, 0)
  }

  countAll()
  rescale()
  return {
    rescale,
    move(node, at, other, heat) {
      const was = { x: x[node] as number, y: y[node] as number }
      take(node)
      if (other >= 0) take(other)
      const most = costNow(node, other) + heat
      put(node, at)
      put(other, was)
      const isKept = costThere(node, other, most) <= most
      put(node, was)
      put(other, at)
      if (isKept) {
        tell(node, other, -1)
        put(node, at)
        put(other, was)
        tell(node, other, 1)
      }
      for (let edge = 0; edge < movingCount; edge++) isMoving[moving[edge] as number] = 0
      movingCount = 0
      return isKept
    },
  }
}
