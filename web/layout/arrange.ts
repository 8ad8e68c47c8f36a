import type { Point } from '../domain/plot/geometry.ts'
import type { Settings } from '../settings.ts'
import { type Block, blockOf, type LayOut, type WayToLayOut } from './block.ts'
import { canonical } from './canonical.ts'
import { connectedGroups } from './groups.ts'
import { type Packing, pack } from './places/pack.ts'
import { settle } from './places/settle.ts'
import type { Edges, LayoutNode, LayoutRequest } from './protocol.ts'
import { arrangeFlow } from './ways/flow.ts'
import { arrangeForce } from './ways/force.ts'

/**
 * Computes the place of each node of a request, by index. When no node has a place yet, everything is laid out: each
 * connected group in the way that is asked for; the groups in rows; nodes without connections in
 * a grid below. Otherwise nodes that have a place keep exactly that, and new nodes are placed near those that they are
 * connected to. The places depend only on which nodes and edges there are, not on their order.
 *
 * @param layered the way of the kind `layered`; without it such requests are laid out as `flow`
 */
export function arrange(
  request: LayoutRequest,
  layout: Settings['layout'],
  layered: WayToLayOut = arrangeFlow,
): Point[] {
  const { nodes, edges, indexOf } = canonical(request.nodes, request.edges)
  const aspect = nearestAspect(request.aspect, layout.aspects)
  const layOut = { flow: arrangeFlow, force: arrangeForce, layered }[request.kind ?? 'flow']
  const isSome = nodes.some((node) => node.at)
  const places = (isSome ? settle : arrangeAll)(
    nodes,
    edges,
    (members, inner) => layOut(members, inner, aspect, layout, members.length / nodes.length),
    aspect,
    layout,
  )
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
  layOut: LayOut,
  aspect: number,
  layout: Settings['layout'],
): Point[] {
  const places: Point[] = nodes.map(() => ({ x: 0, y: 0 }))
  const groups = connectedGroups(nodes.length, edges)
  const talking = groups.filter((group) => group.length > 1)
  const single = groups.filter((group) => group.length === 1).flat()
  const laidOut = talking.map((group) => blockOf(group, nodes, edges, layOut))
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
