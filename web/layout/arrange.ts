import { unitHash } from '../domain/hash.ts'
import type { Box, Point } from '../domain/plot/geometry.ts'
import { union } from '../domain/plot/geometry.ts'
import type { Settings } from '../settings.ts'
import { connectedGroups } from './groups.ts'
import { layers } from './layers.ts'
import { type Packing, pack } from './pack.ts'
import type { LayoutNode, LayoutRequest } from './protocol.ts'
import { simulate } from './simulate.ts'
import { simulated } from './simulated-node.ts'

type Edges = readonly (readonly [number, number])[]

/**
 * Computes the place of each node of a request, by index. When no node has a place yet, everything is laid out: each
 * connected group by a force simulation, with clients left of servers; the groups in rows; nodes without connections in
 * a grid below. Otherwise nodes that have a place keep exactly that, and new nodes are placed near those that they are
 * connected to.
 */
export function arrange(request: LayoutRequest, layout: Settings['layout']): Point[] {
  const anyPlaced = request.nodes.some((node) => node.at)
  return anyPlaced ? arrangeNewcomers(request, layout) : arrangeAll(request, layout)
}

function arrangeAll({ nodes, edges, aspect }: LayoutRequest, layout: Settings['layout']): Point[] {
  const places: Point[] = nodes.map(() => ({ x: 0, y: 0 }))
  const groups = connectedGroups(nodes.length, edges)
  const talking = groups.filter((group) => group.length > 1)
  const single = groups.filter((group) => group.length === 1).flat()
  const laidOut = talking.map((group) => arrangeGroup(group, nodes, edges, aspect, layout))
  const { blocks, packing } = bestPacking(laidOut, single.length, aspect, layout)
  packing.places.forEach((corner, at) => {
    const block = blocks[at]
    const members = talking[at] ?? single
    members.forEach((node, index) => {
      const place = block?.places[index] ?? { x: 0, y: 0 }
      places[node] = {
        x: corner.x + place.x - packing.width / 2,
        y: corner.y + place.y - packing.height / 2,
      }
    })
  })
  return places
}

interface Block {
  readonly width: number
  readonly height: number
  readonly places: readonly Point[]
}

function arrangeGroup(
  group: readonly number[],
  nodes: readonly LayoutNode[],
  edges: Edges,
  aspect: number,
  layout: Settings['layout'],
): Block {
  const local = new Map(group.map((node, index) => [node, index]))
  const inner = edges.flatMap(([from, to]): (readonly [number, number])[] => {
    const a = local.get(from)
    const b = local.get(to)
    return a === undefined || b === undefined || a === b ? [] : [[a, b]]
  })
  const layer = layers(group.length, inner)
  const deepest = Math.max(...layer) - Math.min(...layer) + 1
  const root = Math.sqrt(group.length)
  // The gap depends on the number of layers: a large group with many layers must not become a thin line, one with few a
  // pile.
  const airy = 1 + 6 / (group.length + 6)
  const gap = Math.min(
    (root * layout.spread * aspect * airy) / deepest,
    layout.layerGap * airy * Math.max(1, root / 7),
  )
  const rowGap = Math.min(80, (root * layout.spread) / Math.max(...countEach(layer)))
  const order = orderIn(inner, layer)
  const flow = Math.max(0, 1 - group.length / layout.flowGone) * order
  const middle = layer.reduce((sum, one) => sum + one, 0) / group.length
  const row = new Map<number, number>()
  const bodies = group.map((node, index) => {
    const own = layer[index] ?? 0
    const at = row.get(own) ?? 0
    row.set(own, at + 1)
    // Where every node talks to every other, each is alone in its layer, so all would start on one line, and the forces
    // along a line would never move them off it.
    const aside = (unitHash(nodes[node]?.id ?? '') - 0.5) * 2 * rowGap * (1 - order)
    const y = ((at % 2 === 0 ? at : -at) * rowGap) / 2 + aside
    const x = (own - middle) * gap
    return simulated(nodes[node] as LayoutNode, x, y, x * flow, false)
  })
  const loose = Math.min(0.008, 1.6 / group.length)
  const pull = {
    x: loose / aspect + Math.min(0.35, (5 / group.length) * flow),
    y: (loose + Math.min(0.07, 0.9 / group.length)) * aspect,
  }
  simulate(bodies, inner, { ticks: ticksFor(group.length, layout), pull, airy, aspect }, layout)
  const centres = bodies.map((body) => ({ x: body.x ?? 0, y: body.y ?? 0 }))
  const box = union(
    centres.map((centre, index) => boxOf(nodes[group[index] as number] as LayoutNode, centre)),
  )
  if (!box) return { width: 0, height: 0, places: [] }
  return {
    width: box.right - box.left,
    height: box.bottom - box.top,
    places: centres.map((centre) => ({ x: centre.x - box.left, y: centre.y - box.top })),
  }
}

/** How clearly the edges of a group lead from lower to higher layers: 1 = all of them do, 0 = at most half of them. */
function orderIn(edges: Edges, layer: ArrayLike<number>): number {
  const back = edges.filter(([from, to]) => (layer[from] ?? 0) >= (layer[to] ?? 0)).length
  return edges.length === 0 ? 1 : Math.max(0, 1 - (2 * back) / edges.length)
}

function countEach(values: Iterable<number>): Iterable<number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts.values()
}

function ticksFor(size: number, layout: Settings['layout']): number {
  return Math.round(Math.max(layout.ticksLeast, Math.min(layout.ticksMost, (layout.ticksMost * 200) / size)))
}

/**
 * Packs the groups and a grid of the unconnected nodes. Tries grids of 1 to 24 columns, and takes the most compact
 * packing.
 */
function bestPacking(
  groups: readonly Block[],
  singles: number,
  aspect: number,
  layout: Settings['layout'],
): { blocks: readonly Block[]; packing: Packing } {
  let best = { blocks: groups, packing: pack(groups, layout.groupGap, aspect) }
  let least = Number.POSITIVE_INFINITY
  const shapes =
    singles === 0 ? [] : new Set(Array.from({ length: 24 }, (_, at) => Math.min(singles, at + 1)))
  for (const columns of shapes) {
    const blocks = [...groups, gridOf(singles, columns, layout)]
    const packing = pack(blocks, layout.groupGap, aspect)
    const cost = Math.max(packing.width, packing.height * aspect)
    if (cost < least) {
      least = cost
      best = { blocks, packing }
    }
  }
  return best
}

function gridOf(size: number, columns: number, { cellWidth, cellHeight }: Settings['layout']): Block {
  const places = Array.from({ length: size }, (_, index) => ({
    x: (index % columns) * cellWidth + cellWidth / 2,
    y: Math.floor(index / columns) * cellHeight + cellHeight * 0.36,
  }))
  return { width: columns * cellWidth, height: Math.ceil(size / columns) * cellHeight, places }
}

function arrangeNewcomers({ nodes, edges }: LayoutRequest, layout: Settings['layout']): Point[] {
  const start = startingPlaces(nodes, edges, layout)
  const bodies = nodes.map((node, index) => {
    const at = node.at ?? start[index] ?? { x: 0, y: 0 }
    return simulated(node, at.x, at.y, at.x, node.at !== undefined)
  })
  const joined = edges.filter(([from, to]) => from !== to && !(nodes[from]?.at && nodes[to]?.at))
  const talks = new Set(joined.flat())
  for (const [index, body] of bodies.entries()) {
    if (!nodes[index]?.at && !talks.has(index)) Object.assign(body, { fx: body.x, fy: body.y })
  }
  simulate(bodies, joined, { ticks: layout.ticksNewcomers, pull: { x: 0.08, y: 0 }, airy: 1 }, layout)
  return bodies.map((body, index) => nodes[index]?.at ?? { x: body.x ?? 0, y: body.y ?? 0 })
}

/**
 * Starting places: a new node beside a node that it is connected to (clients left, servers right), else in a free grid
 * cell.
 */
function startingPlaces(
  nodes: readonly LayoutNode[],
  edges: Edges,
  layout: Settings['layout'],
): (Point | undefined)[] {
  const places: (Point | undefined)[] = nodes.map((node) => node.at)
  const occupied = nodes.flatMap((node) => (node.at ? [boxOf(node, node.at)] : []))
  const bounds = union(occupied) ?? { left: 0, top: 0, right: 0, bottom: 0 }
  const talks = new Set(edges.filter(([from, to]) => from !== to).flat())
  for (let round = 0; round < 4; round++) {
    for (const [from, to] of edges) {
      for (const [node, other, side] of [
        [from, to, -1],
        [to, from, 1],
      ] as const) {
        const near = places[other]
        if (places[node] || !near) continue
        const turn = (unitHash(nodes[node]?.id ?? '') - 0.5) * 2.2
        places[node] = {
          x: near.x + side * layout.linkDistance * Math.cos(turn),
          y: near.y + layout.linkDistance * Math.sin(turn),
        }
      }
    }
  }
  const free = freeCells(bounds, occupied, layout)
  nodes.forEach((node, index) => {
    if (places[index]) return
    const cell = free.next().value as Point
    places[index] = cell
    if (!talks.has(index)) occupied.push(boxOf(node, cell))
  })
  return places
}

/**
 * Yields the centres of free grid cells, row by row, from near the lower end of the placed nodes downwards. Never ends.
 */
function* freeCells(bounds: Box, occupied: readonly Box[], layout: Settings['layout']): Generator<Point> {
  const { cellWidth, cellHeight } = layout
  const columns = Math.max(4, Math.floor((bounds.right - bounds.left) / cellWidth))
  const left = (bounds.left + bounds.right) / 2 - (columns * cellWidth) / 2
  const firstRow = Math.max(0, Math.floor((bounds.bottom - bounds.top) / cellHeight) - 3)
  for (let row = firstRow; ; row++) {
    for (let column = 0; column < columns; column++) {
      const x = left + column * cellWidth
      const y = bounds.top + row * cellHeight
      const cell = { left: x, top: y, right: x + cellWidth, bottom: y + cellHeight }
      const taken = occupied.some(
        (box) =>
          box.left < cell.right && cell.left < box.right && box.top < cell.bottom && cell.top < box.bottom,
      )
      if (!taken) yield { x: x + cellWidth / 2, y: y + cellHeight * 0.36 }
    }
  }
}

function boxOf(node: LayoutNode, at: Point): Box {
  return {
    left: at.x - node.halfWidth,
    right: at.x + node.halfWidth,
    top: at.y - node.r,
    bottom: at.y + node.below,
  }
}
