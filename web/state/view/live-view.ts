import { createMemo, createSignal, onCleanup } from 'solid-js'
import type { QuerySummary } from '../../../src/api/types.ts'
import { openViewStream, type StreamState, type ViewStream } from '../../data/live/view-stream.ts'
import {
  applyDiff,
  emptyGraph,
  type Graph,
  type GraphChange,
  graphChange,
  saysNothing,
} from '../../domain/graph/graph.ts'
import { type Missed, missedSince, nothingMissed } from '../../domain/graph/pause.ts'
import { nextPresence, noPresence, type Presence, whileOpening } from '../../domain/node/presence.ts'
import { settings } from '../../settings.ts'

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

/** State of the view's stream, and when its last frame was received, on the clock of `performance.now`. */
export interface Liveness {
  readonly state: StreamState
  readonly heardMs: number | undefined
}

/** The view that is shown, kept up to date. */
export interface LiveView {
  readonly content: () => LiveContent
  readonly state: () => StreamState
  readonly liveness: () => Liveness
  /** Whether the content stands still. */
  readonly paused: () => boolean
  /** What has changed since then. */
  readonly missed: () => Missed
  /** Stops the content, or goes on with what is there now; what changed meanwhile leaves traces as if it just had. */
  pause(isPaused: boolean): void
  /** Shows a view; while paused, as it is at that moment. Does nothing when it is already shown with the same query string. */
  open(view: string, query: string): void
}

/** Streams one view at a time. When only the options change, the present nodes are shown until the new ones arrive. */
export function createLiveView(): LiveView {
  const [newest, setNewest] = createSignal<LiveContent>(nothingOf(''))
  /** What is shown while paused. */
  const [held, setHeld] = createSignal<LiveContent>()
  const content = () => held() ?? newest()
  const missed = createMemo(() => {
    const shown = held()
    return shown ? missedSince(shown.graph, newest().graph) : nothingMissed
  })
  const [state, setState] = createSignal<StreamState>('connecting')
  const [heardMs, setHeardMs] = createSignal<number>()
  let stream: ViewStream | undefined
  let open = ''
  let openedMs = 0
  onCleanup(() => stream?.close())

  return {
    content,
    paused: () => held() !== undefined,
    missed,
    pause(isPaused) {
      const shown = held()
      if (isPaused === (shown !== undefined)) return
      if (shown) setNewest((now) => (now.loaded ? { ...now, presence: tracesSince(shown, now) } : now))
      setHeld(isPaused ? newest() : undefined)
    },
    state,
    liveness: () => ({ state: state(), heardMs: heardMs() }),
    open(view, query) {
      const key = `${view}${query}`
      if (key === open) return
      open = key
      stream?.close()
      let filtered = newest().view === view
      let first = true
      if (!filtered) {
        openedMs = performance.now()
        setNewest(nothingOf(view))
        if (held()) setHeld(newest())
      }
      stream = openViewStream(view, query, {
        state: setState,
        frame(diff) {
          setHeardMs(performance.now())
          if (saysNothing(diff)) return
          const came = setNewest((held) => {
            const { graph, change } = applyDiff(held.graph, diff)
            // Nodes that are added or removed because other options were chosen did not start or stop, so they leave no
            // traces.
            const quiet = filtered || !held.loaded
            filtered = false
            const isOpening = performance.now() - openedMs < settings.data.openingMs
            const traced = isOpening ? whileOpening(change) : change
            const presence = quiet ? noPresence : traces(held.presence, traced, graph)
            // A frame has `query` only when it changed, but the first frame of a connection always has it.
            const summary = diff.query ?? (diff.reset ? undefined : held.query)
            return { view, graph, presence, loaded: true, ...(summary ? { query: summary } : {}) }
          })
          if (first && held()) setHeld(came)
          first = false
        },
      })
    },
  }
}

function nothingOf(view: string): LiveContent {
  return { view, graph: emptyGraph, presence: noPresence, loaded: false }
}

function traces(presence: Presence, change: GraphChange, graph: Graph): Presence {
  const times = { ...settings.motion, failHoldMs: settings.edge.failHoldMs }
  return nextPresence(presence, change, graph, performance.now(), times)
}

/** The traces of what changed while something else was shown. */
function tracesSince(shown: LiveContent, now: LiveContent): Presence {
  return traces(noPresence, graphChange(shown.graph, now.graph), now.graph)
}
