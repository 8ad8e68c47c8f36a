import { createSignal, onCleanup } from 'solid-js'
import type { QuerySummary } from '../../src/api/types.ts'
import { openViewStream, type StreamState, type ViewStream } from '../data/live/view-stream.ts'
import { applyDiff, emptyGraph, type Graph, saysNothing } from '../domain/graph.ts'
import { nextPresence, noPresence, type Presence } from '../domain/node/presence.ts'
import { settings } from '../settings.ts'

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
  /** Shows a view. Does nothing when it is already shown with the same query string. */
  open(view: string, query: string): void
}

/** Streams one view at a time. When only the options change, the present nodes are shown until the new ones arrive. */
export function createLiveView(): LiveView {
  const [content, setContent] = createSignal<LiveContent>({
    view: '',
    graph: emptyGraph,
    presence: noPresence,
    loaded: false,
  })
  const [state, setState] = createSignal<StreamState>('connecting')
  const [heardMs, setHeardMs] = createSignal<number>()
  let stream: ViewStream | undefined
  let open = ''
  onCleanup(() => stream?.close())

  return {
    content,
    state,
    liveness: () => ({ state: state(), heardMs: heardMs() }),
    open(view, query) {
      const key = `${view}${query}`
      if (key === open) return
      open = key
      stream?.close()
      let filtered = content().view === view
      if (!filtered) setContent({ view, graph: emptyGraph, presence: noPresence, loaded: false })
      stream = openViewStream(view, query, {
        state: setState,
        frame(diff) {
          setHeardMs(performance.now())
          if (saysNothing(diff)) return
          setContent((held) => {
            const { graph, change } = applyDiff(held.graph, diff)
            // Nodes that are added or removed because other options were chosen did not start or stop, so they leave no
            // traces.
            const quiet = filtered || !held.loaded
            filtered = false
            const presence = quiet
              ? noPresence
              : nextPresence(held.presence, change, graph, performance.now(), {
                  ...settings.motion,
                  failHoldMs: settings.edge.failHoldMs,
                })
            // A frame has `query` only when it changed, but the first frame of a connection always has it.
            const summary = diff.query ?? (diff.reset ? undefined : held.query)
            return { view, graph, presence, loaded: true, ...(summary ? { query: summary } : {}) }
          })
        },
      })
    },
  }
}
