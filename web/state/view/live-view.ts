import { batch, createMemo, createSignal, onCleanup } from 'solid-js'
import { openViewStream, type StreamState, type ViewStream } from '../../data/live/view-stream.ts'
import { saysNothing } from '../../domain/graph/graph.ts'
import { afterFrame, goingOn, type LiveContent, nothingOf } from '../../domain/graph/live-content.ts'
import { type Missed, missedSince, nothingMissed } from '../../domain/graph/pause.ts'
import { settings } from '../../settings.ts'

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
  /** When what is shown began to stand still, in ms since 1970; undefined while it does not. */
  readonly pausedSinceMs: () => number | undefined
  /** What has changed since then. */
  readonly missed: () => Missed
  /** Stops the content, or goes on with what is there now; what changed meanwhile leaves traces as if it just had. */
  pause(isPaused: boolean): void
  /** Shows a view; while paused, as it is at that moment. Does nothing when it is already shown with the same query string. */
  open(view: string, query: string): void
}

const times = {
  ...settings.motion,
  failHoldMs: settings.edge.failHoldMs,
  openingMs: settings.data.openingMs,
}

/** Streams one view at a time. When only the options change, the present nodes are shown until the new ones arrive. */
export function createLiveView(): LiveView {
  const [newest, setNewest] = createSignal<LiveContent>(nothingOf(''))
  /** What is shown while paused. */
  const [held, setHeld] = createSignal<LiveContent>()
  // Of the clock that goes on while the machine sleeps.
  const [heldSinceMs, setHeldSinceMs] = createSignal<number>()
  const hold = (shown: LiveContent | undefined) =>
    batch(() => {
      setHeld(shown)
      setHeldSinceMs(shown && Date.now())
    })
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
    pausedSinceMs: heldSinceMs,
    missed,
    pause(isPaused) {
      const shown = held()
      if (isPaused === (shown !== undefined)) return
      if (shown) setNewest((now) => goingOn(shown, now, performance.now(), times))
      hold(isPaused ? newest() : undefined)
    },
    state,
    liveness: () => ({ state: state(), heardMs: heardMs() }),
    open(view, query) {
      const key = `${view}${query}`
      if (key === open) return
      open = key
      stream?.close()
      let first = true
      if (newest().view !== view) {
        openedMs = performance.now()
        setNewest(nothingOf(view))
        if (held()) hold(newest())
      }
      stream = openViewStream(view, query, {
        state: setState,
        frame(diff) {
          setHeardMs(performance.now())
          if (saysNothing(diff)) return
          const moment = { nowMs: performance.now(), openedMs, asked: query }
          const came = setNewest((held) => afterFrame(held, diff, moment, times))
          if (first && held()) hold(came)
          first = false
        },
      })
    },
  }
}
