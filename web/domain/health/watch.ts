import type { NodeSummary, ProbeSummary } from '../../../src/api/types.ts'
import type { Graph, MapNode } from '../graph/graph.ts'
import { count, plural } from '../words/format.ts'
import { isLate } from '../words/late.ts'
import { duration } from '../words/time.ts'
import { collectorName, connectionsCollector, missedEvents, simulatedMode } from './health.ts'
import type { Watch } from './how-watched.ts'

/** What decides how a node is watched. */
type Watched = Pick<NodeSummary, 'id' | 'hosts'>

/** Probes by the id of the node of their host. */
type ProbesByHost = ReadonlyMap<string, readonly ProbeSummary[]>

/** The id of the node of a host. @param hostId as probes tell it */
const nodeIdOf = (hostId: string): string => `${hostId};<host>`

const byHost = (probes: readonly ProbeSummary[]): ProbesByHost =>
  Map.groupBy(probes, ({ hostId }) => nodeIdOf(hostId))

/** Collectors without which the map lacks nodes or connections. */
const seeing: ReadonlySet<string> = new Set([connectionsCollector, 'process', 'docker'])

/** Of how many hosts of a group it is said why. */
const TOLD_MOST = 3

/** How a host is watched, by its probes, or the hosts of a closed group; undefined when all is seen, and for any other node. */
export function watchOf(node: Watched, probes: readonly ProbeSummary[]): Watch | undefined {
  return watchBy(node, byHost(probes))
}

function watchBy({ id, hosts }: Watched, probes: ProbesByHost): Watch | undefined {
  return hosts ? watchOfGroup(hosts, probes) : watchOfHost(id, probes)
}

function watchOfHost(id: string, probes: ProbesByHost): Watch | undefined {
  const own = probes.get(id) ?? []
  if (own.length === 0) return undefined
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

function watchOfGroup(hosts: readonly string[], probes: ProbesByHost): Watch | undefined {
  const watches = hosts.flatMap((id) => {
    const watch = watchOfHost(id, probes)
    return watch ? [{ ...watch, name: probes.get(id)?.[0]?.hostname ?? id }] : []
  })
  const silent = watches.filter(({ kind }) => kind === 'silent')
  const [first, ...others] = silent.length > 0 ? silent : watches
  if (!first) return undefined
  const all = [first, ...others]
  const told = all.slice(0, TOLD_MOST).map(({ name, words }) => `${name}, ${words}`)
  const more = all.length - told.length
  return {
    kind: first.kind,
    words: [...told, ...(more > 0 ? [`and ${count(more)} more`] : [])].join('; '),
    hosts: { count: all.length, of: hosts.length },
  }
}

/**
 * Makes what marks the hosts of which not all is seen, and the closed groups that have such hosts.
 *
 * @returns a function from a graph, and the probes, to the same graph with these nodes marked; as long as a node is the same
 * object and nothing else is to be said of it, so is its marked one
 */
export function createWatchMarks(): (graph: Graph, probes: readonly ProbeSummary[]) => Graph {
  const marks = new WeakMap<MapNode, MapNode & { readonly watch: Watch }>()
  const marked = (node: MapNode, watch: Watch): MapNode => {
    const held = marks.get(node)
    if (held && isSame(held.watch, watch)) return held
    const made = { ...node, watch }
    marks.set(node, made)
    return made
  }

  return (graph, probes) => {
    const known = byHost(probes)
    let nodes: Map<string, MapNode> | undefined
    for (const [id, node] of graph.nodes) {
      const watch = node.hosts || known.has(id) ? watchBy(node, known) : undefined
      if (!watch) continue
      nodes ??= new Map(graph.nodes)
      nodes.set(id, marked(node, watch))
    }
    return nodes ? { ...graph, nodes } : graph
  }
}

function isSame(a: Watch, b: Watch): boolean {
  return (
    a.kind === b.kind &&
    a.words === b.words &&
    a.hosts?.count === b.hosts?.count &&
    a.hosts?.of === b.hosts?.of
  )
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
