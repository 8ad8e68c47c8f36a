import type { Edge, NodeSummary, ViewDiff } from '../../../src/api/types.ts'
import type { Graph } from '../../../web/domain/graph/graph.ts'

/** A node with plain values. */
export const node = (id: string, more: Partial<NodeSummary> = {}): NodeSummary => ({
  id,
  label: id,
  labelMinor: '',
  rank: id,
  shape: 'hexagon',
  ...more,
})

/** An edge at rest. */
export const edge = (source: string, target: string, more: Partial<Edge> = {}): Edge => ({
  id: `${source}>${target}`,
  source,
  target,
  open: 1,
  opened: 1,
  closed: 0,
  failed: 0,
  abandoned: 0,
  reset: 0,
  lost: 0,
  bytesSent: 0,
  bytesReceived: 0,
  openedPerSecond: 0,
  failedPerSecond: 0,
  bytesSentPerSecond: 0,
  bytesReceivedPerSecond: 0,
  retransmits: 0,
  ports: [80],
  portsTotal: 1,
  firstSeen: '2026-01-01T00:00:00.000Z',
  lastSeen: '2026-01-01T00:00:00.000Z',
  ...more,
})

/** A graph of nodes named by edges such as `a>b`, and of single nodes such as `c`. */
export const graph = (...parts: readonly string[]): Graph => {
  const nodes = new Map<string, NodeSummary>()
  const edges = new Map<string, Edge>()
  for (const part of parts) {
    const [source = '', target] = part.split('>')
    nodes.set(source, node(source))
    if (target === undefined) continue
    nodes.set(target, node(target))
    edges.set(part, edge(source, target))
  }
  return { nodes, edges }
}

/** A frame; what is not given is null. */
export const diff = (
  parts: Partial<Omit<ViewDiff, 'edges'>> & { edges?: Partial<ViewDiff['edges']> },
): ViewDiff => ({
  add: null,
  update: null,
  remove: null,
  ...parts,
  edges: { add: null, update: null, remove: null, ...parts.edges },
})
