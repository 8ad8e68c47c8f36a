import type { ProbeSummary } from '../../../src/api/types.ts'
import type { Graph, MapNode } from '../graph/graph.ts'
import { count, plural } from '../words/format.ts'
import { isLate } from '../words/late.ts'
import { duration } from '../words/time.ts'
import { collectorName, connectionsCollector, missedEvents, simulatedMode } from './health.ts'

/** How a host is watched of which not all is seen, or of which what is shown may be over. */
export interface Watch {
  /** `silent`: reports of its probe are overdue. `partial`: its probe sees less than all. */
  readonly kind: 'silent' | 'partial'
  /** Why. */
  readonly words: string
}

/** The id of the node of a host. @param hostId as probes tell it */
const nodeIdOf = (hostId: string): string => `${hostId};<host>`

/** Collectors without which the map lacks nodes or connections. */
const seeing: ReadonlySet<string> = new Set([connectionsCollector, 'process', 'docker'])

/** How a host is watched, by its probes; undefined when all of it is seen, and for any other node. */
export function watchOf(nodeId: string, probes: readonly ProbeSummary[]): Watch | undefined {
  const own = probes.filter(({ hostId }) => nodeIdOf(hostId) === nodeId)
  const [first] = own
  if (first === undefined) return undefined
  if (own.every(isLate)) {
    const ageMs = Math.min(...own.map((probe) => probe.ageMs))
    return {
      kind: 'silent',
      words: `no report for ${duration(ageMs / 1000)}: what is shown may no longer be so`,
    }
  }
  const reasons = own.flatMap(partialReasons)
  return reasons.length === 0 ? undefined : { kind: 'partial', words: [...new Set(reasons)].join('; ') }
}

/**
 * Makes what marks the hosts of which not all is seen.
 *
 * @returns a function from a graph, and the probes, to the same graph with these hosts marked; as long as a node is the same
 * object and nothing else is to be said of it, so is its marked one
 */
export function createWatchMarks(): (graph: Graph, probes: readonly ProbeSummary[]) => Graph {
  const marks = new WeakMap<MapNode, MapNode & { readonly watch: Watch }>()
  const marked = (node: MapNode, watch: Watch): MapNode => {
    const held = marks.get(node)
    if (held?.watch.kind === watch.kind && held.watch.words === watch.words) return held
    const made = { ...node, watch }
    marks.set(node, made)
    return made
  }

  return (graph, probes) => {
    let nodes: Map<string, MapNode> | undefined
    for (const id of new Set(probes.map(({ hostId }) => nodeIdOf(hostId)))) {
      const node = graph.nodes.get(id)
      const watch = node && watchOf(id, probes)
      if (!watch) continue
      nodes ??= new Map(graph.nodes)
      nodes.set(id, marked(node, watch))
    }
    return nodes ? { ...graph, nodes } : graph
  }
}

function partialReasons(probe: ProbeSummary): readonly string[] {
  const { nodes = 0, connections = 0 } = probe.omitted
  return [
    ...tracingReasons(probe),
    ...probe.collectors
      .filter(({ id, state }) => id !== connectionsCollector && seeing.has(id) && state === 'degraded')
      .map(({ id, reason }) => `${collectorName(id)}: ${firstClause(reason)}`),
    ...(nodes > 0 ? [`${plural(nodes, 'node')} left out: over the limit`] : []),
    ...(connections > 0 ? [`${plural(connections, 'connection')} left out: over the limit`] : []),
  ]
}

function tracingReasons({ collectors }: ProbeSummary): readonly string[] {
  const tracer = collectors.find(({ id }) => id === connectionsCollector)
  if (tracer?.state === 'waiting') return []
  const why = tracer?.reason ? `: ${firstClause(tracer.reason)}` : ''
  if (!tracer || tracer.mode === 'off' || tracer.state === 'off')
    return [`its connections are not watched${why}`]
  if (tracer.mode !== 'ebpf' && tracer.mode !== simulatedMode)
    return [`polled through /proc, so short connections may be missed${why}`]
  const missed = missedEvents(tracer)
  return [
    ...(tracer.state === 'degraded' ? [`${collectorName(tracer.id)}${why}`] : []),
    ...(missed > 0 ? [`${count(missed)} ${missed === 1 ? 'event was' : 'events were'} lost`] : []),
  ]
}

function firstClause(reason: string): string {
  return (reason.split('; ')[0] ?? reason).replace(/\.$/, '')
}
