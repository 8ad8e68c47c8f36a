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
  /** The options and the filter with which the app has told of it, as a query string; empty before the first frame. */
  readonly asked: string
  /** How much the filter selects and hides; undefined without a filter. */
  readonly query?: QuerySummary
}

/** A view of which no frame has come yet. */
export function nothingOf(view: string): LiveContent {
  return { view, graph: emptyGraph, presence: noPresence, loaded: false, asked: '' }
}

/** When a frame came, and after what. */
export interface FrameMoment {
  readonly nowMs: number
  /** When its view was opened, on the same clock. */
  readonly openedMs: number
  /** The options and the filter with which the app was asked, as a query string: what others add or remove did not start or stop, so it leaves no traces. */
  readonly asked: string
}

/**
 * The content after a frame.
 *
 * @param times how long traces are kept, and for how long after its opening a view still learns who is behind its addresses
 */
export function afterFrame(
  held: LiveContent,
  diff: ViewDiff,
  { nowMs, openedMs, asked }: FrameMoment,
  times: PresenceTimes & { readonly openingMs: number },
): LiveContent {
  const { graph, change } = applyDiff(held.graph, diff)
  const traced = nowMs - openedMs < times.openingMs ? whileOpening(change) : change
  const isSame = held.loaded && held.asked === asked
  const presence = isSame ? nextPresence(held.presence, traced, graph, nowMs, times) : noPresence
  // A frame has `query` only when it changed, but the first frame of a connection always has it.
  const query = diff.query ?? (diff.reset ? undefined : held.query)
  return { view: held.view, graph, presence, loaded: true, asked, ...(query ? { query } : {}) }
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
