import type { Outline, OutlineNode } from '../../domain/graph/graph.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { LayoutNode, LayoutRequest } from '../../layout/protocol.ts'
import type { Settings } from '../../settings.ts'

/** A layout request for the nodes that need a place. */
export interface Plan {
  readonly request: Omit<LayoutRequest, 'job'>
  /** All nodes are laid out again, not only new ones. */
  readonly whole: boolean
}

/** What a plan is made from. */
export interface PlanInput {
  readonly graph: Outline
  /** The present place of a node; undefined for a new node. */
  readonly placeOf: (id: string) => Point | undefined
  /** Nodes in the grid of unconnected nodes. */
  readonly single: ReadonlySet<string>
  readonly labelWidth: (node: { readonly label: string; readonly labelMinor: string }) => number
  readonly aspect: number
}

/**
 * Decides which nodes need a place: those without one, and those in the grid of unconnected nodes that now have a
 * connection. When these are the majority, all nodes are laid out. Undefined when no node needs a place.
 */
export function planLayout(input: PlanInput, settings: Settings): Plan | undefined {
  const { graph, placeOf, single } = input
  const sizeOf = sizes(input.labelWidth, settings)
  const ids = [...graph.nodes.keys()].sort()
  const indexOf = new Map(ids.map((id, index) => [id, index]))
  const edges = [...graph.edges.values()].flatMap((edge): (readonly [number, number])[] => {
    const source = indexOf.get(edge.source)
    const target = indexOf.get(edge.target)
    return source === undefined || target === undefined || source === target ? [] : [[source, target]]
  })
  const connected = new Set(edges.flat())
  const newcomers = new Set(
    ids.filter((id, index) => !placeOf(id) || (single.has(id) && connected.has(index))),
  )
  if (newcomers.size === 0) return undefined
  const placed = ids.length - newcomers.size
  const whole = placed === 0 || newcomers.size > Math.max(placed, 3)
  const nodes = ids.flatMap((id): LayoutNode[] => {
    const node = graph.nodes.get(id)
    if (!node) return []
    const at = whole || newcomers.has(id) ? undefined : placeOf(id)
    return [{ id, ...sizeOf(node, ids.length), ...(at ? { at } : {}) }]
  })
  return { request: { nodes, edges, aspect: input.aspect }, whole }
}

/**
 * Returns a function that gives the size of a node (shape and label) on a map of `among` nodes: that of a shape of
 * middle size, since a layout must not depend on how much traffic there is at the moment.
 */
export function sizes(labelWidth: PlanInput['labelWidth'], settings: Settings) {
  const r = (settings.node.radiusMin + settings.node.radiusMax) / 2
  return (node: OutlineNode, among: number) => {
    const room = labelRoom(among, settings.layout)
    return {
      r,
      halfWidth: r + 6 + Math.max(0, labelWidth(node) / 2 - r - 6) * room,
      below: r + 6 + (settings.node.labelHeight - 6) * room,
    }
  }
}

/**
 * Which share of the labels' size the layout reserves: 1 on maps of few nodes, 0 on large maps, whose labels need
 * zooming in.
 */
function labelRoom(size: number, { labelsFit, labelsGone }: Settings['layout']): number {
  return Math.max(0, Math.min(1, (labelsGone - size) / (labelsGone - labelsFit)))
}
