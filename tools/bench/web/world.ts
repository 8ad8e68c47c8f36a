import type { NodeSummary } from '../../../src/api/types.ts'
import { createStory } from '../../../src/demo/story.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { datedEdge, type ViewEdge } from '../../../src/topology/view/view-edge.ts'
import type { SentView } from '../../../src/view-stream/encode.ts'
import { heldAt } from '../../../test/support/reports/simulation.ts'

const CONTAINERS_PER_HOST = 100
const MOMENT_MS = 7_200_000

/** A map of a simulated world's containers, cut to a size. */
export interface World extends SentView {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, ViewEdge>
}

/**
 * A map of so many containers, not grouped, with edges between different nodes.
 *
 * @param edgesPerNode how many of the simulation's edges are kept, at most
 */
export const createWorld = (size: number, edgesPerNode: number): World => {
  const hosts = Math.max(1, Math.round(size / CONTAINERS_PER_HOST))
  const story = createStory({ hosts, containers: size, churnPerMinute: 0 })
  const view = new Pipeline().view('containers', {}, heldAt(story, MOMENT_MS))
  const nodes = new Map([...view.nodes].slice(0, size))
  const between = [...view.edges.values()]
    .filter(({ source, target }) => source !== target && nodes.has(source) && nodes.has(target))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const edges = new Map(
    between.slice(0, Math.round(edgesPerNode * nodes.size)).map((edge) => [edge.id, plainEdge(edge)]),
  )
  return { nodes, edges }
}

/** The same edge with fields of its own, so that it can be copied by spreading it. */
const plainEdge = (edge: ViewEdge): ViewEdge => {
  const { firstSeenMs, lastSeenMs } = edge
  return { ...datedEdge(edge), firstSeenMs, lastSeenMs }
}

/**
 * The world a second later: the numbers of every n-th node and edge have changed, others each time.
 *
 * @param share how many of them change, from 0 to 1
 */
export const changed = (world: World, second: number, share: number): World => {
  const every = Math.round(1 / share)
  const isChanged = (index: number) => index % every === second % every
  // Up and down again, by no more than traffic does.
  const factor = second % 2 === 0 ? 1.25 : 0.8
  const nodes = [...world.nodes.values()].map((node, index) => {
    if (!isChanged(index) || !node.metrics) return node
    return { ...node, metrics: node.metrics.map((one) => ({ ...one, value: one.value * factor })) }
  })
  const edges = [...world.edges.values()].map((edge, index) => {
    if (!isChanged(index)) return edge
    return {
      ...edge,
      bytesSent: edge.bytesSent + 1000,
      bytesSentPerSecond: edge.bytesSentPerSecond * factor,
      bytesReceivedPerSecond: edge.bytesReceivedPerSecond * factor,
      opened: edge.opened + 1,
    }
  })
  return {
    nodes: new Map(nodes.map((node) => [node.id, node])),
    edges: new Map(edges.map((edge) => [edge.id, edge])),
  }
}
