import type { NodeSummary } from '../../../src/api/types.ts'
import type { Thinned } from '../../domain/dense/lighter.ts'
import {
  type DrawnEdge,
  type DrawnNode,
  differsInNumbersOnly,
  drawnEdge,
  drawnNode,
  looksSame,
  plainEdge,
  ringStep,
} from '../../domain/graph/drawn-graph.ts'
import { emptyGraph, type Graph } from '../../domain/graph/graph.ts'
import type { NetworkBars } from '../../domain/graph/networks.ts'
import { noPresence, type Presence } from '../../domain/node/presence.ts'
import { ringValues } from '../../domain/node/ring-values.ts'
import type { Settings } from '../../settings.ts'
import { type ContentChange, noTraces, type Traces } from './protocol.ts'

/** The content of a view that the map shows. */
export interface MapContent {
  /** View id; the places of nodes are remembered for each view. */
  readonly view: string
  readonly graph: Graph
  readonly presence: Presence
  /** Which edges are drawn only while they are looked at, and by which nodes are placed. */
  readonly thinned: Pick<Thinned, 'lighter' | 'placing'>
  /** Label of the metric that rings show. */
  readonly ring: string | undefined
  /** The bars of each node; undefined = no networks are shown. */
  readonly barsOf?: ((node: NodeSummary) => NetworkBars | undefined) | undefined
  /** Whether the content is up to date. If it is not, no dashes are drawn. */
  readonly live: boolean
}

/** Finds out what has changed on the map between contents. */
export interface ContentSender {
  /** What differs from the content before. Only what looks otherwise is told: most numbers change nothing. */
  next(content: MapContent): ContentChange
}

/** Creates a sender that has told nothing yet. */
export function createContentSender(settings: Settings): ContentSender {
  let view: string | undefined
  let graph = emptyGraph
  let presence = noPresence
  let traces = noTraces
  const nodes = new Map<string, DrawnNode>()
  const edges = new Map<string, DrawnEdge>()

  const changedNodes = (next: Graph, { ring, barsOf }: MapContent): DrawnNode[] => {
    const rings = ringValues(next, ring, settings.node.ringWarnShare)
    const changed: DrawnNode[] = []
    for (const [id, node] of next.nodes) {
      const told = nodes.get(id)
      const share = ringStep(rings.share(node))
      const before = graph.nodes.get(id)
      const isSame = before !== undefined && (before === node || differsInNumbersOnly(before, node))
      const bars = barsOf?.(node)
      const ringWarns = rings.warns(node)
      const hasSameMarks = told?.bars === bars && (told?.ringWarns ?? false) === ringWarns
      if (told && isSame && hasSameMarks && told.ring === share) continue
      const drawn =
        told && isSame && hasSameMarks
          ? { ...told, ring: share }
          : drawnNode(node, share, { ringWarns, ...(bars && { bars }) })
      if (told && looksSame(told, drawn)) continue
      nodes.set(id, drawn)
      changed.push(drawn)
    }
    return changed
  }

  const changedEdges = ({ graph: next, presence, thinned }: MapContent): DrawnEdge[] => {
    const changed: DrawnEdge[] = []
    for (const [id, edge] of next.edges) {
      const told = edges.get(id)
      const failedLately = presence.failedMs.has(id)
      const lighter = thinned.lighter.has(id)
      const placing = thinned.placing?.has(id) ?? true
      const isSame = graph.edges.get(id) === edge && told?.lighter === lighter && told.placing === placing
      // A failing edge may have recovered only because time has passed.
      if (isSame && !failedLately && !told.failing) continue
      const drawn = drawnEdge(edge, { failedLately, lighter, placing }, settings)
      if (told && looksSame(told, drawn)) continue
      edges.set(id, drawn)
      changed.push(drawn)
    }
    return changed
  }

  /** What is gone keeps the look that it had. */
  const tracesOf = ({ arrivedMs, goneNodes, goneEdges, failedMs }: Presence): Traces => ({
    arrivedMs,
    goneNodes: mapped(goneNodes, ({ node, atMs }, id) => ({
      node: traces.goneNodes.get(id)?.node ?? nodes.get(id) ?? drawnNode(node, undefined),
      atMs,
    })),
    goneEdges: mapped(goneEdges, ({ edge, atMs }, id) => ({
      edge:
        traces.goneEdges.get(id)?.edge ??
        edges.get(id) ??
        drawnEdge(edge, { ...plainEdge, failedLately: failedMs.has(id) }, settings),
      atMs,
    })),
  })

  return {
    next(content) {
      if (content.view !== view) {
        nodes.clear()
        edges.clear()
        graph = emptyGraph
        traces = noTraces
      }
      const isTraced = content.presence !== presence
      if (isTraced) traces = tracesOf(content.presence)
      const change: ContentChange = {
        view: content.view,
        goneNodes: takeGone(nodes, content.graph.nodes),
        goneEdges: takeGone(edges, content.graph.edges),
        nodes: changedNodes(content.graph, content),
        edges: changedEdges(content),
        traces: isTraced ? traces : undefined,
        live: content.live,
      }
      view = content.view
      graph = content.graph
      presence = content.presence
      return change
    },
  }
}

function takeGone(told: Map<string, unknown>, there: ReadonlyMap<string, unknown>): string[] {
  const gone = [...told.keys()].filter((id) => !there.has(id))
  for (const id of gone) told.delete(id)
  return gone
}

function mapped<From, To>(
  all: ReadonlyMap<string, From>,
  to: (one: From, id: string) => To,
): ReadonlyMap<string, To> {
  return new Map([...all].map(([id, one]) => [id, to(one, id)]))
}
