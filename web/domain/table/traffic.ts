import type { Edge } from '../../../src/api/types.ts'

/** The connections of a node, summed over its edges. Those from a node to itself count once. */
export interface Traffic {
  /** Established now. */
  readonly open: number
  /** Opened per second, as client and as server. */
  readonly openedPerSecond: number
  /** Failed since they are watched, and per second now; of those it opens and of those opened to it. */
  readonly failed: number
  readonly failedPerSecond: number
  /** Payload bytes per second that the node sends, and receives. */
  readonly sentPerSecond: number
  readonly receivedPerSecond: number
  /** How many other nodes it opens connections to, and how many open some to it. */
  readonly servers: number
  readonly clients: number
}

type Sums = { -readonly [Name in keyof Traffic]: Traffic[Name] }

const nothing: Traffic = {
  open: 0,
  openedPerSecond: 0,
  failed: 0,
  failedPerSecond: 0,
  sentPerSecond: 0,
  receivedPerSecond: 0,
  servers: 0,
  clients: 0,
}

/** The connections of each node that has an edge, by id. */
export function trafficOf(edges: Iterable<Edge>): ReadonlyMap<string, Traffic> {
  const byNode = new Map<string, Sums>()
  const sumsOf = (id: string): Sums => {
    const known = byNode.get(id)
    if (known) return known
    const made = { ...nothing }
    byNode.set(id, made)
    return made
  }
  for (const edge of edges) {
    const client = sumsOf(edge.source)
    addCounts(client, edge)
    client.sentPerSecond += edge.bytesSentPerSecond
    client.receivedPerSecond += edge.bytesReceivedPerSecond
    if (edge.source === edge.target) continue
    client.servers += 1
    const server = sumsOf(edge.target)
    addCounts(server, edge)
    server.sentPerSecond += edge.bytesReceivedPerSecond
    server.receivedPerSecond += edge.bytesSentPerSecond
    server.clients += 1
  }
  return byNode
}

function addCounts(sums: Sums, edge: Edge): void {
  sums.open += edge.open
  sums.openedPerSecond += edge.openedPerSecond
  sums.failed += edge.failed
  sums.failedPerSecond += edge.failedPerSecond
}
