import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import type { LayoutRequest } from '../../../../web/layout/protocol.ts'
import { planLayout } from '../../../../web/map/placing/plan.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../graph.ts'

/** The worlds that `tools/record-graphs` has recorded. */
export const recordedWorlds = ['shop', 'shop-services', 'stacks', 'services', 'hosts', 'processes'] as const

/** One of {@link recordedWorlds}. */
export type RecordedWorld = (typeof recordedWorlds)[number]

/** The graph of a view that was recorded. Its numbers are those of edges at rest. */
export function recordedGraph(name: RecordedWorld): Graph {
  const file = join(import.meta.dirname, `../../../fixtures/graphs/${name}.json`)
  const { nodes, edges } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly nodes: readonly { readonly id: string; readonly label: string; readonly minor: string }[]
    readonly edges: readonly (readonly [number, number])[]
  }
  return {
    nodes: new Map(nodes.map(({ id, label, minor }) => [id, node(id, { label, labelMinor: minor })])),
    edges: new Map(
      edges.map(([from, to]) => {
        const between = edge(nodes[from]?.id ?? '', nodes[to]?.id ?? '')
        return [between.id, between]
      }),
    ),
  }
}

/** What the page would ask to lay out of a graph that is opened, with a font whose letters are all equally wide. */
export function requestOf(graph: Graph, aspect = 1.6): LayoutRequest {
  const plan = planLayout(
    { graph, placeOf: () => undefined, single: new Set(), labelWidth, aspect },
    settings,
  )
  if (!plan) throw new Error('there is nothing to lay out')
  return { ...plan.request, job: 1 }
}

/** How wide a label is, in a font whose letters are all equally wide. */
export function labelWidth({
  label,
  labelMinor,
}: {
  readonly label: string
  readonly labelMinor: string
}): number {
  return Math.min(settings.node.labelWidthMax, Math.max(label.length * 7.5, labelMinor.length * 6))
}
