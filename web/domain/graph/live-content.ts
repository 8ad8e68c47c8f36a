import type { QuerySummary, ViewDiff } from '../../../src/api/types.ts'
import {
  nextPresence,
  noPresence,
  type Presence,
  type PresenceTimes,
  whileOpening,
} from '../node/presence.ts'
import { applyDiff, emptyGraph, type Graph, graphChange } from './graph.ts'

/** The content of the view that is shown. */
export interface LiveContent {
  /** View id; empty before the first view is opened. */
  readonly view: string
  readonly graph: Graph
  readonly presence: Presence
  /** Whether at least one frame has been received. */
  readonly loaded: boolean
  /** How much the filter selects and hides; undefined without a filter. */
  readonly query?: QuerySummary
}

/** A view of which no frame has come yet. */
export function nothingOf(view: string): LiveContent {
  return { view, graph: emptyGraph, presence: noPresence, loaded: false }
}

/** When a frame came, and after what. */
export interface FrameMoment {
  readonly nowMs: number
  /** When its view was opened, on the same clock. */
  readonly openedMs: number
  /** Whether it is the first after other options of the same view were chosen: what they add or remove did not start or stop, so it leaves no traces. */
  readonly isOtherOptions: boolean
}

/**
 * The content after a frame.
 *
 * @param times how long traces are kept, and for how long after its opening a view still learns who is behind its addresses
 */
export function afterFrame(
  held: LiveContent,
  diff: ViewDiff,
  { nowMs, openedMs, isOtherOptions }: FrameMoment,
  times: PresenceTimes & { readonly openingMs: number },
): LiveContent {
  const { graph, change } = applyDiff(held.graph, diff)
  const traced = nowMs - openedMs < times.openingMs ? whileOpening(change) : change
  const presence =
    isOtherOptions || !held.loaded ? noPresence : nextPresence(held.presence, traced, graph, nowMs, times)
  // A frame has `query` only when it changed, but the first frame of a connection always has it.
  const query = diff.query ?? (diff.reset ? undefined : held.query)
  return { view: held.view, graph, presence, loaded: true, ...(query ? { query } : {}) }
}

/** The content as it goes on after it stood still: what changed meanwhile leaves traces as if it just had. @param shown as it stood still */
export function goingOn(
  shown: LiveContent,
  now: LiveContent,
  nowMs: number,
  times: PresenceTimes,
): LiveContent {
  if (!now.loaded) return now
  const change = graphChange(shown.graph, now.graph)
  return { ...now, presence: nextPresence(noPresence, change, now.graph, nowMs, times) }
}
