import { unitHash } from '../domain/hash.ts'
import type { Box, Point } from '../domain/plot/geometry.ts'
import { union } from '../domain/plot/geometry.ts'
import type { Settings } from '../settings.ts'
import { canonical } from './canonical.ts'
import { arrangeFlow } from './flow.ts'
import { connectedGroups } from './groups.ts'
import { type Packing, pack } from './pack.ts'
import type { Edges, LayoutNode, LayoutRequest } from './protocol.ts'
import { simulate } from './simulate.ts'
import { simulated } from './simulated-node.ts'

/**
 * Computes the place of each node of a request, by index. When no node has a place yet, everything is laid out: each
 * connected group with clients left of servers; the groups in rows; nodes without connections in
 * a grid below. Otherwise nodes that have a place keep exactly that, and new nodes are placed near those that they are
 * connected to. The places depend only on which nodes and edges there are, not on their order.
 */
export function arrange(request: LayoutRequest, layout: Settings['layout']): Point[] {
  const { nodes, edges, indexOf } = canonical(request.nodes, request.edges)
  const places = nodes.some((node) => node.at)
    ? arrangeNewcomers(nodes, edges, layout)
    : arrangeAll(nodes, edges, nearestAspect(request.aspect, layout.aspects), layout)
  return indexOf.map((index) => places[index] ?? { x: 0, y: 0 })
}

/** Of some aspects the one that a space has about. Windows that differ a little, or have a card at their side, get the same layout. */
function nearestAspect(aspect: number, aspects: readonly number[]): number {
  const off = (one: number) => Math.abs(Math.log(one / aspect))
  return aspects.reduce((best, one) => (off(one) < off(best) ? one : best))
}

function arrangeAll(
  nodes: readonly LayoutNode[],
  edges: Edges,
  aspect: number,
  layout: Settings['layout'],
): Point[] {
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
    return a === undefined || b === undefined ? [] : [[a, b]]
  })
  const centres = arrangeFlow(
    group.map((node) => nodes[node] as LayoutNode),
    inner,
    aspect,
    layout,
  )
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

function arrangeNewcomers(nodes: readonly LayoutNode[], edges: Edges, layout: Settings['layout']): Point[] {
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
