import { createSignal } from 'solid-js'
import type { QuerySummary } from '../../src/api/types.ts'
import { openViewStream, type StreamState, type ViewStream } from '../data/view-stream.ts'
import { applyDiff, emptyGraph, type Graph, saysNothing } from '../domain/graph.ts'
import { nextPresence, noPresence, type Presence } from '../domain/presence.ts'
import { settings } from '../settings.ts'

/** What is known of the view that is shown. */
export interface LiveContent {
  /** View id; empty before the first. */
  readonly view: string
  readonly graph: Graph
  readonly presence: Presence
  /** At least one frame came. */
  readonly loaded: boolean
  /** What a filter leaves of the view; undefined without one. */
  readonly query?: QuerySummary
}

/** How the stream of the view is doing, and when it last said something, on the clock of `performance.now`. */
export interface Liveness {
  readonly state: StreamState
  readonly heardMs: number | undefined
}

/** The view that is shown, kept up to date. */
export interface LiveView {
  readonly content: () => LiveContent
  readonly state: () => StreamState
  readonly liveness: () => Liveness
  /** Shows a view with options; the same again does nothing. */
  open(view: string, query: string): void
}

/** Streams one view at a time. With other options of one view the nodes that stay are kept. */
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
            // Nodes that other options show or hide did not come or go.
            const quiet = filtered || !held.loaded
            filtered = false
            const presence = quiet
              ? noPresence
              : nextPresence(held.presence, change, graph, performance.now(), {
                  ...settings.motion,
                  failHoldMs: settings.edge.failHoldMs,
                })
            // Frames tell it when it changes; the first after each opening, always.
            const summary = diff.query ?? (diff.reset ? undefined : held.query)
            return { view, graph, presence, loaded: true, ...(summary ? { query: summary } : {}) }
          })
        },
      })
    },
  }
}
