import type { Box, Point } from '../../domain/plot/geometry.ts'
import { union } from '../../domain/plot/geometry.ts'
import type { Settings } from '../../settings.ts'
import { type Block, blockOf, type LayOut } from '../block.ts'
import { type Cost, costOf, edgesApart } from '../cost/cost.ts'
import { connectedGroups } from '../groups.ts'
import type { Edges, LayoutNode } from '../protocol.ts'
import { boxOf, createOccupied, type Occupied } from './occupied.ts'

/**
 * Finds places for new nodes among those that have one, which all keep it. One that talks to others is put where its edges are
 * short, lead to the right, and cross few others: in line with the columns and rows that are there. New nodes that talk only to each
 * other are laid out on their own beside the map, and those that talk to nobody go to free cells at its lower end.
 */
export function settle(
  nodes: readonly LayoutNode[],
  edges: Edges,
  layOut: LayOut,
  aspect: number,
  layout: Settings['layout'],
): Point[] {
  const places: (Point | undefined)[] = nodes.map((node) => node.at)
  const occupied = createOccupied(Math.max(...nodes.map(({ halfWidth }) => 2 * halfWidth)) + layout.margin)
  const put = (node: number, at: Point) => {
    places[node] = at
    occupied.add(boxOf(nodes[node] as LayoutNode, at, layout.margin / 2))
  }
  for (const [index, { at }] of nodes.entries()) if (at) put(index, at)
  const bounds = () =>
    union(nodes.flatMap((node, index) => (places[index] ? [boxOf(node, places[index])] : [])))

  const groups = connectedGroups(nodes.length, edges)
  for (const group of groups) {
    if (group.length === 1 || group.some((node) => places[node])) continue
    const block = blockOf(group, nodes, edges, layOut)
    const corner = cornerFor(block, bounds() ?? noBox, occupied, aspect, layout)
    group.forEach((node, index) => {
      const { x, y } = block.places[index] ?? noPoint
      put(node, { x: corner.x + x, y: corner.y + y })
    })
  }
  joinNeighbours(nodes, edges, places, occupied, put, layout)
  const free = freeCells(bounds() ?? noBox, occupied, layout)
  for (const index of nodes.keys()) if (!places[index]) put(index, free.next().value as Point)
  return places.map((place) => place ?? noPoint)
}

const sampled = 32
const noPoint: Point = { x: 0, y: 0 }
const noBox: Box = { left: 0, top: 0, right: 0, bottom: 0 }

/** Puts each new node that is connected to a placed one: next always the one of whose neighbours most are placed. */
function joinNeighbours(
  nodes: readonly LayoutNode[],
  edges: Edges,
  places: readonly (Point | undefined)[],
  occupied: Occupied,
  put: (node: number, at: Point) => void,
  layout: Settings['layout'],
): void {
  const talks = new Set(edges.flat())
  const waiting = new Set([...nodes.keys()].filter((node) => !places[node] && talks.has(node)))
  if (waiting.size === 0) return
  const clearance = Math.max(...nodes.map(({ r }) => r)) + layout.flow.clearance
  // By some of those that are placed it is known how long an edge is on this map.
  const sample = [...nodes.keys()].filter((node) => places[node] && talks.has(node)).slice(0, sampled)
  const apart = edgesApart(nodes.length, edges, [...sample, ...waiting])
  const cost = costOf(nodes.length, edges, apart, clearance, {
    ...layout.flow.weights,
    stress: layout.flow.settleStress,
  })
  const perCandidate = ((2 * edges.length) / nodes.length + 1) * (edges.length + nodes.length)
  const affordable = Math.floor(layout.flow.settleComparisons / perCandidate / waiting.size)
  const most = Math.max(1, Math.min(layout.flow.candidates, affordable))
  nodes.forEach((_, node) => {
    cost.x[node] = places[node]?.x ?? Number.NaN
    cost.y[node] = places[node]?.y ?? Number.NaN
  })
  cost.rescale()
  const clients: number[][] = nodes.map(() => [])
  const servers: number[][] = nodes.map(() => [])
  for (const [from, to] of edges) {
    clients[to]?.push(from)
    servers[from]?.push(to)
  }
  const placedBeside = (node: number) =>
    [...(clients[node] ?? []), ...(servers[node] ?? [])].filter((other) => places[other]).length
  while (waiting.size > 0) {
    const [node] = [...waiting].reduce<readonly [number, number]>(
      (best, one) => {
        const count = placedBeside(one)
        return count > best[1] ? [one, count] : best
      },
      [-1, 0],
    )
    if (node === -1) return
    waiting.delete(node)
    const placed = (of: readonly number[]) => of.flatMap((other) => places[other] ?? [])
    const around = { clients: placed(clients[node] ?? []), servers: placed(servers[node] ?? []) }
    const candidates = candidatesFor(nodes[node] as LayoutNode, around, places, layout)
    const at = cheapest(
      node,
      nodes[node] as LayoutNode,
      candidates,
      around,
      cost,
      occupied,
      union(nodes.flatMap((one, index) => (places[index] ? [boxOf(one, places[index])] : []))) ?? noBox,
      most,
      layout,
    )
    cost.x[node] = at.x
    cost.y[node] = at.y
    put(node, at)
  }
}

/** The placed nodes that a new one talks to. */
interface Around {
  readonly clients: readonly Point[]
  readonly servers: readonly Point[]
}

/** Places in line with columns and rows that are there, and between them, nearest first to where a node would best stand. */
function candidatesFor(
  node: LayoutNode,
  { clients, servers }: Around,
  places: readonly (Point | undefined)[],
  { margin, flow }: Settings['layout'],
): Point[] {
  const column = 2 * node.halfWidth + margin + flow.rankGap
  const row = node.r + node.below + margin
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
  const right = Math.min(...servers.map(({ x }) => x)) - column
  const left = Math.max(...clients.map(({ x }) => x)) + column
  const x = servers.length === 0 ? left : clients.length === 0 ? right : (left + right) / 2
  const y = mean([...clients, ...servers].map((at) => at.y))
  const steps = [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8]
  const placed = places.filter((place) => place !== undefined)
  const columns = lines(
    [...placed.map((at) => at.x), x - column, x, x + column],
    column / 2,
    x,
    flow.columnsTried,
  )
  const rows = lines(
    [...placed.map((at) => at.y), ...steps.map((step) => y + (step * row) / 2)],
    row / 2,
    y,
    flow.rowsTried,
  )
  const near = columns.flatMap((at) => rows.map((other) => ({ x: at, y: other })))
  const lowest = Math.max(...placed.map((at) => at.y))
  const distance = (at: Point) => ((at.x - x) / column) ** 2 + ((at.y - y) / row) ** 2
  // Below all others there always is space.
  return [
    ...near.sort((a, b) => distance(a) - distance(b) || a.x - b.x || a.y - b.y),
    { x, y: lowest + 2 * row },
  ]
}

/** Of values nearer to each other than `apart` the first, and of these the `most` that are nearest to one. */
function lines(values: readonly number[], apart: number, to: number, most: number): number[] {
  const kept = new Map<number, number>()
  for (const value of values) {
    const bucket = Math.round(value / apart)
    if (!kept.has(bucket)) kept.set(bucket, value)
  }
  return [...kept.values()].sort((a, b) => Math.abs(a - to) - Math.abs(b - to) || a - b).slice(0, most)
}

function cheapest(
  index: number,
  node: LayoutNode,
  candidates: readonly Point[],
  { clients, servers }: Around,
  cost: Cost,
  occupied: Occupied,
  bounds: Box,
  most: number,
  { flow, margin }: Settings['layout'],
): Point {
  let best: Point = candidates.at(-1) ?? noPoint
  let least = Number.POSITIVE_INFINITY
  let tried = 0
  for (const at of candidates) {
    if (tried === most) break
    if (!occupied.isFree(boxOf(node, at, margin / 2))) continue
    if (most === 1) return at
    tried++
    cost.x[index] = at.x
    cost.y[index] = at.y
    const backward = clients.filter(({ x }) => x >= at.x).length + servers.filter(({ x }) => x <= at.x).length
    const costs = cost.of([index]) + flow.backward * backward + flow.beyond * beyond(boxOf(node, at), bounds)
    if (costs >= least) continue
    least = costs
    best = at
  }
  return best
}

/** By how much a box would make the map larger, as a share of its width and height. */
function beyond(box: Box, { left, right, top, bottom }: Box): number {
  const wider = Math.max(0, left - box.left, box.right - right) / Math.max(1, right - left)
  const higher = Math.max(0, top - box.top, box.bottom - bottom) / Math.max(1, bottom - top)
  return wider + higher
}

/** The upper left corner for a block: where it is on nothing, and the whole map stays as small as it can. */
function cornerFor(
  { width, height }: Block,
  bounds: Box,
  occupied: Occupied,
  aspect: number,
  { groupGap, cellWidth, cellHeight }: Settings['layout'],
): Point {
  let best: Point = { x: bounds.left, y: bounds.bottom + groupGap }
  let least = Number.POSITIVE_INFINITY
  for (let y = bounds.top; y < bounds.bottom + groupGap + cellHeight; y += cellHeight / 2) {
    for (let x = bounds.left; x < bounds.right + groupGap + cellWidth; x += cellWidth / 2) {
      const whole = {
        width: Math.max(bounds.right, x + width) - bounds.left,
        height: Math.max(bounds.bottom, y + height) - bounds.top,
      }
      const size = Math.max(whole.width, whole.height * aspect)
      if (size >= least) continue
      const gap = groupGap / 2
      const box = { left: x - gap, right: x + width + gap, top: y - gap, bottom: y + height + gap }
      if (!occupied.isFree(box)) continue
      least = size
      best = { x, y }
    }
  }
  return best
}

/**
 * Yields the centres of free grid cells, row by row, from near the lower end of the placed nodes downwards. Never ends.
 */
function* freeCells(bounds: Box, occupied: Occupied, layout: Settings['layout']): Generator<Point> {
  const { cellWidth, cellHeight } = layout
  const columns = Math.max(4, Math.floor((bounds.right - bounds.left) / cellWidth))
  const left = (bounds.left + bounds.right) / 2 - (columns * cellWidth) / 2
  const firstRow = Math.max(0, Math.floor((bounds.bottom - bounds.top) / cellHeight) - 3)
  for (let row = firstRow; ; row++) {
    for (let column = 0; column < columns; column++) {
      const x = left + column * cellWidth
      const y = bounds.top + row * cellHeight
      const cell = { left: x, top: y, right: x + cellWidth, bottom: y + cellHeight }
      if (occupied.isFree(cell)) yield { x: x + cellWidth / 2, y: y + cellHeight * 0.36 }
    }
  }
}
