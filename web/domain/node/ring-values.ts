import type { NodeSummary } from '../../../src/api/types.ts'
import type { Graph } from '../graph/graph.ts'
import { type Traffic, trafficOf } from '../table/traffic.ts'
import { isNearLimit, largestValue, ringShare } from './node-look.ts'

/** What the ring of each node shows. */
export interface RingValues {
  /** The share of the ring that is filled, 0 to 1; undefined when the node does not have the metric. */
  readonly share: (node: NodeSummary) => number | undefined
  /** Whether the metric has a limit, and nearly all of it is used. */
  readonly warns: (node: NodeSummary) => boolean
}

const noRings: RingValues = { share: () => undefined, warns: () => false }

/**
 * Metrics that a view has by its edges, whatever its nodes are, by label. A node has them when it has a connection: its bytes per second,
 * both ways, and how many connections are open.
 */
const byEdges: Readonly<Record<string, (traffic: Traffic) => number>> = {
  Traffic: ({ sentPerSecond, receivedPerSecond }) => sentPerSecond + receivedPerSecond,
  Connections: ({ open }) => open,
}

/** Labels of the metrics that a view has by its edges. */
export const edgeRings: readonly string[] = Object.keys(byEdges)

/**
 * The values of a metric. What comes of edges is shown by its logarithm, full where it is the largest: few nodes carry most of it.
 *
 * @param label of the metric; undefined = no rings
 * @param warnShare the share of a limit from which on a ring warns
 */
export function ringValues(graph: Graph, label: string | undefined, warnShare: number): RingValues {
  if (label === undefined) return noRings
  const measure = Object.hasOwn(byEdges, label) ? byEdges[label] : undefined
  if (measure === undefined) {
    const largest = largestValue(graph.nodes.values(), label)
    return {
      share: (node) => ringShare(node, label, largest),
      warns: (node) => isNearLimit(node, label, warnShare),
    }
  }
  const traffic = trafficOf(graph.edges.values())
  let largest = 0
  for (const one of traffic.values()) largest = Math.max(largest, measure(one))
  return {
    ...noRings,
    share: ({ id }) => {
      const one = traffic.get(id)
      if (one === undefined) return undefined
      return largest > 0 ? Math.log1p(measure(one)) / Math.log1p(largest) : 0
    },
  }
}
