import type { Edge, NodeSummary } from '../../../src/api/types.ts'
import type { Graph, GraphChange } from '../graph/graph.ts'

/**
 * The traces of recent changes, which the map shows as pulses, fading nodes and edges, and red edges. All times are in
 * milliseconds of the same clock.
 */
export interface Presence {
  /** When a node appeared; absent when it was there from the start. */
  readonly arrivedMs: ReadonlyMap<string, number>
  readonly goneNodes: ReadonlyMap<string, { readonly node: NodeSummary; readonly atMs: number }>
  readonly goneEdges: ReadonlyMap<string, { readonly edge: Edge; readonly atMs: number }>
  /** When an edge last failed. */
  readonly failedMs: ReadonlyMap<string, number>
}

/** No traces. */
export const noPresence: Presence = {
  arrivedMs: new Map(),
  goneNodes: new Map(),
  goneEdges: new Map(),
  failedMs: new Map(),
}

/** How long each kind of trace is kept: arrivals, what has gone, failures. */
export interface PresenceTimes {
  readonly pulseMs: number
  readonly fadeMs: number
  readonly failHoldMs: number
}

/** The traces after a frame. Not to be used for the first frame of a view, whose nodes did not just arrive. */
export function nextPresence(
  held: Presence,
  change: GraphChange,
  graph: Graph,
  nowMs: number,
  times: PresenceTimes,
): Presence {
  const arrivedMs = younger(held.arrivedMs, (atMs) => atMs, nowMs - times.pulseMs)
  const goneNodes = younger(held.goneNodes, (gone) => gone.atMs, nowMs - times.fadeMs)
  const goneEdges = younger(held.goneEdges, (gone) => gone.atMs, nowMs - times.fadeMs)
  const failedMs = younger(held.failedMs, (atMs) => atMs, nowMs - times.failHoldMs)
  for (const id of change.addedNodes) arrivedMs.set(id, nowMs)
  for (const node of change.removedNodes) goneNodes.set(node.id, { node, atMs: nowMs })
  for (const edge of change.removedEdges) goneEdges.set(edge.id, { edge, atMs: nowMs })
  for (const id of change.failedEdges) failedMs.set(id, nowMs)
  for (const id of goneNodes.keys()) if (graph.nodes.has(id)) goneNodes.delete(id)
  for (const id of goneEdges.keys()) if (graph.edges.has(id)) goneEdges.delete(id)
  return { arrivedMs, goneNodes, goneEdges, failedMs }
}

/**
 * What of a change leaves traces just after a view was opened: then an app that has just started still learns who is behind an
 * address, and folds what it learns of, so that what vanishes has mostly not gone.
 */
export function whileOpening(change: GraphChange): GraphChange {
  return { ...change, removedNodes: [], removedEdges: [] }
}

function younger<T>(
  held: ReadonlyMap<string, T>,
  timeOf: (value: T) => number,
  sinceMs: number,
): Map<string, T> {
  return new Map([...held].filter(([, value]) => timeOf(value) > sinceMs))
}

/** How long pulses and fades take, and how many frames each second they need; see `settings.motion`. */
export interface TraceMotion {
  readonly pulseMs: number
  readonly pulseFramesPerSecond: number
  readonly fadeMs: number
  readonly fadeFramesPerSecond: number
}

/** The times of traces, whatever they hold. */
export interface TraceTimes {
  readonly arrivedMs: ReadonlyMap<string, number>
  readonly goneNodes: ReadonlyMap<string, { readonly atMs: number }>
  readonly goneEdges: ReadonlyMap<string, { readonly atMs: number }>
}

/**
 * The moment at which the map has to be drawn next for its traces' sake; it may have passed. Undefined when there are none. With reduced
 * motion nothing pulses or fades, and what is gone vanishes at its end.
 *
 * @param paintedMs when the map was last drawn
 */
export function nextTraceMs(
  { arrivedMs, goneNodes, goneEdges }: TraceTimes,
  { nowMs, paintedMs }: { readonly nowMs: number; readonly paintedMs: number },
  { pulseMs, pulseFramesPerSecond, fadeMs, fadeFramesPerSecond }: TraceMotion,
  reducedMotion: boolean,
): number | undefined {
  const ends = [...goneNodes.values(), ...goneEdges.values()]
    .map(({ atMs }) => atMs + fadeMs)
    .filter((endMs) => endMs > paintedMs)
  if (reducedMotion) return ends.length > 0 ? Math.min(...ends) : undefined
  for (const atMs of arrivedMs.values())
    if (nowMs - atMs < pulseMs) return paintedMs + 1000 / pulseFramesPerSecond
  return ends.length > 0 ? paintedMs + 1000 / fadeFramesPerSecond : undefined
}
