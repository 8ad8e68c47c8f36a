import type { Graph } from '../../../../web/domain/graph/graph.ts'
import type { Point } from '../../../../web/domain/plot/geometry.ts'
import { arrange } from '../../../../web/layout/arrange.ts'
import { planLayout } from '../../../../web/map/placing/plan.ts'
import { settings } from '../../../../web/settings.ts'
import { labelWidth } from './graphs.ts'

/** A map that nodes join, with what the page remembers of it. */
export interface GrowingMap {
  readonly graph: Graph
  readonly places: ReadonlyMap<string, Point>
  /** Nodes without connections, which are in a grid until they have some. */
  readonly single: ReadonlySet<string>
}

/** The part of a graph that some nodes and the edges between them make. */
export function among(graph: Graph, ids: ReadonlySet<string>): Graph {
  return {
    nodes: new Map([...graph.nodes].filter(([id]) => ids.has(id))),
    edges: new Map([...graph.edges].filter(([, { source, target }]) => ids.has(source) && ids.has(target))),
  }
}

/** The map when it shows another graph: nodes that have a place keep it, as the page has it. */
export function shown(before: GrowingMap | undefined, graph: Graph): GrowingMap {
  const plan = planLayout(
    {
      graph,
      placeOf: (id) => before?.places.get(id),
      single: before?.single ?? new Set(),
      labelWidth,
      aspect: 1.6,
    },
    settings,
  )
  if (!plan) throw new Error('there is nothing to lay out')
  const { nodes, edges } = plan.request
  const goals = arrange({ ...plan.request, job: 1 }, settings.layout)
  const talks = new Set(edges.flat())
  return {
    graph,
    places: new Map(nodes.map(({ id }, index) => [id, goals[index] as Point])),
    single: new Set(nodes.flatMap(({ id }, index) => (talks.has(index) ? [] : [id]))),
  }
}

/** The places of some nodes, and the edges between them by index. */
export function layoutOf({ graph, places }: GrowingMap, ids: readonly string[]) {
  const at = new Map(ids.map((id, index) => [id, index]))
  return {
    places: ids.map((id) => places.get(id) as Point),
    edges: [...graph.edges.values()].flatMap(({ source, target }): [number, number][] => {
      const [from, to] = [at.get(source), at.get(target)]
      return from === undefined || to === undefined || from === to ? [] : [[from, to]]
    }),
  }
}
