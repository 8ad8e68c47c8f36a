import type { NodeSummary, ProbeSummary } from '../../../src/api/types.ts'
import { edgeSummary } from '../edge/edge-summary.ts'
import { hostsOf } from '../edge/stale.ts'
import { edgeBetween, type Graph } from '../graph/graph.ts'
import { isClosedGroup } from '../grouping/grouping.ts'
import { connectionsCollector, missedEvents, simulatedMode } from '../health/health.ts'
import { count } from '../words/format.ts'
import { isLate } from '../words/late.ts'
import { duration } from '../words/time.ts'

/** Why two nodes are, or seem, not connected: the kinds of {@link Reason}, most telling first. */
export type ReasonKind =
  | 'same'
  | 'connected'
  | 'not-shown'
  | 'lighter'
  | 'not-here'
  | 'filtered'
  | 'hidden'
  | 'grouped'
  | 'by-way-of'
  | 'unwatched'
  | 'silent'
  | 'polled'
  | 'lost'
  | 'no-probe'
  | 'not-seen'
  | 'not-tcp'

/** One reason. */
export interface Reason {
  readonly kind: ReasonKind
  /** A sentence. */
  readonly words: string
}

/** What {@link explain} reads. */
export interface ExplainFacts {
  /** The view, with what the page leaves out of it. */
  readonly graph: Graph
  /** What the page shows of it. */
  readonly shown: Graph
  /** Ids of the hubs, while these are hidden. */
  readonly hubs: ReadonlySet<string>
  /** What the page shows only, in words: `one step from shop-db`; undefined = it is not narrowed to what is near a node. */
  readonly near: string | undefined
  /** Ids of the edges that are drawn only while they are looked at. */
  readonly lighter: ReadonlySet<string>
  /** Node ids; `other` undefined = no node of the map has the name. */
  readonly one: string
  readonly other: string | undefined
  /** The name of the other as it was asked for. */
  readonly otherName: string
  /** The query that the map is filtered by; empty = none. */
  readonly filter: string
  /** What the options of the view hide: `uncontained`, `unconnected`. */
  readonly leftOut: readonly string[]
  readonly probes: readonly ProbeSummary[]
}

/** Most nodes that are named as lying between two. */
const BETWEEN_MOST = 3

/**
 * Why no connection between two nodes is on the map, or which one is. What is certain comes first, then what may be so:
 * when nothing else is known, that none was seen, and what Scope cannot see.
 */
export function explain(facts: ExplainFacts): readonly Reason[] {
  const { graph, otherName } = facts
  const one = graph.nodes.get(facts.one)
  const other = facts.other === undefined ? undefined : graph.nodes.get(facts.other)
  if (!one || !other) return missing(facts, one ? otherName : 'This node')
  if (one.id === other.id) return [{ kind: 'same', words: 'These are the same node.' }]
  const there = edges(facts, one, other)
  const away = notShown(facts, [one, other])
  if (there.length > 0) return [...there, ...away, ...lighter(facts, one, other)]
  return [
    ...away,
    ...groups([one, other]),
    ...between(facts, one, other),
    ...watched([one, other], facts.probes),
    {
      kind: 'not-seen',
      words: `No connection between ${one.label} and ${other.label} was seen. One that ended is forgotten after a while, by default after 10 minutes.`,
    },
    {
      kind: 'not-tcp',
      words:
        'Scope sees TCP only: UDP, with QUIC and most DNS, Unix sockets and shared files are not traced.',
    },
  ]
}

function missing({ filter, leftOut }: ExplainFacts, name: string): readonly Reason[] {
  const reasons: Reason[] = [{ kind: 'not-here', words: `${name} is not on this map.` }]
  if (filter)
    reasons.push({ kind: 'filtered', words: `The filter ${filter} hides all that does not match it.` })
  if (leftOut.length > 0)
    reasons.push({ kind: 'hidden', words: `The options of this view hide what is ${either(leftOut)}.` })
  reasons.push({
    kind: 'grouped',
    words: 'It may be in a closed group, in another view, gone, or on a host without a probe.',
  })
  return reasons
}

/** `a`, `a or b`, `a, b or c` */
function either(all: readonly string[]): string {
  return [all.slice(0, -1).join(', '), ...all.slice(-1)].filter(Boolean).join(' or ')
}

function edges({ graph }: ExplainFacts, one: NodeSummary, other: NodeSummary): readonly Reason[] {
  return bothWays(one, other).flatMap(([source, target]): Reason[] => {
    const edge = edgeBetween(graph, source.id, target.id)
    if (!edge) return []
    const words = `${source.label} connects to ${target.label}: ${edgeSummary(edge).join(', ')}.`
    return [{ kind: 'connected', words }]
  })
}

function bothWays<T>(one: T, other: T): readonly (readonly [T, T])[] {
  return [
    [one, other],
    [other, one],
  ]
}

/** Why nodes of the view are not shown, of those that are not. */
function notShown({ shown, hubs, near }: ExplainFacts, nodes: readonly NodeSummary[]): readonly Reason[] {
  return nodes.flatMap(({ id, label }): Reason[] => {
    if (shown.nodes.has(id)) return []
    if (hubs.has(id))
      return [{ kind: 'not-shown', words: `${label} is not shown: it is a hub, and hubs are hidden.` }]
    const only = near === undefined ? '' : `: only what is at most ${near} is`
    return [{ kind: 'not-shown', words: `${label} is not shown${only}.` }]
  })
}

/** That the edges between two nodes are among those that are drawn only while somebody looks at them. */
function lighter(facts: ExplainFacts, one: NodeSummary, other: NodeSummary): readonly Reason[] {
  const isLighter = bothWays(one, other).some(([source, target]) => {
    const edge = edgeBetween(facts.shown, source.id, target.id)
    return edge !== undefined && facts.lighter.has(edge.id)
  })
  if (!isLighter) return []
  const rest = facts.lighter.size === 1 ? 'the lighter one' : `the ${count(facts.lighter.size)} lighter ones`
  return [
    {
      kind: 'lighter',
      words: `That is among ${rest}, which the map draws only while an end of theirs is pointed at or chosen.`,
    },
  ]
}

function groups(ends: readonly NodeSummary[]): readonly Reason[] {
  return ends.filter(isClosedGroup).map(({ label }) => ({
    kind: 'grouped',
    words: `${label} is a closed group: open it to see which of its members connects to what.`,
  }))
}

function between(facts: ExplainFacts, one: NodeSummary, other: NodeSummary): readonly Reason[] {
  const { graph } = facts
  const ways = bothWays(one, other).flatMap(([from, to]) =>
    via(graph, from.id, to.id).map((id) => ({ id, from, to })),
  )
  return ways.slice(0, BETWEEN_MOST).flatMap(({ id, from, to }): Reason[] => {
    const middle = graph.nodes.get(id)
    const words = `${from.label} connects to ${middle?.label ?? id}, and that to ${to.label}: they may talk by way of it.`
    return [{ kind: 'by-way-of', words }, ...notShown(facts, middle ? [middle] : [])]
  })
}

/** The nodes to which `from` connects and which connect to `to`; none that stands for the rest of the world. */
function via(graph: Graph, from: string, to: string): readonly string[] {
  const reached = new Set<string>()
  for (const { source, target } of graph.edges.values()) if (source === from) reached.add(target)
  const ways: string[] = []
  for (const { source, target } of graph.edges.values()) {
    if (target === to && reached.has(source) && source !== from && !graph.nodes.get(source)?.pseudo)
      ways.push(source)
  }
  return ways
}

/** What the probes of the ends' hosts do not see; said once where both are on the same host. */
function watched(ends: readonly NodeSummary[], probes: readonly ProbeSummary[]): readonly Reason[] {
  const reasons = ends.flatMap((node) => watching(node, probes))
  return [...new Map(reasons.map((reason) => [reason.words, reason])).values()]
}

/** What the probes of a node's hosts do not see of it. */
function watching(node: NodeSummary, probes: readonly ProbeSummary[]): readonly Reason[] {
  if (isClosedGroup(node)) return []
  const own = new Set(hostsOf(node))
  const here = probes.filter(({ hostId }) => own.has(hostId))
  if (here.length === 0)
    return [
      {
        kind: 'no-probe',
        words: `No probe reports from where ${node.label} is: only the other end of its connections is seen.`,
      },
    ]
  return here.flatMap((probe) => shortcomings(probe))
}

function shortcomings(probe: ProbeSummary): readonly Reason[] {
  const { hostname, collectors } = probe
  const reasons: Reason[] = []
  const tracer = collectors.find(({ id }) => id === connectionsCollector)
  if (isLate(probe))
    reasons.push({
      kind: 'silent',
      words: `${hostname} has not reported for ${duration(probe.ageMs / 1000)}: what connected since is not known.`,
    })
  if (!tracer || tracer.state === 'off' || tracer.mode === 'off')
    reasons.push({ kind: 'unwatched', words: `The connections of ${hostname} are not watched.` })
  else if (tracer.mode !== 'ebpf' && tracer.mode !== simulatedMode)
    reasons.push({
      kind: 'polled',
      words: `${hostname} is polled through /proc, so connections that are short are missed.`,
    })
  const lost = tracer ? missedEvents(tracer) : 0
  if (lost > 0)
    reasons.push({
      kind: 'lost',
      words: `${count(lost)} events of ${hostname} were lost: some short connections are not counted.`,
    })
  return reasons
}
