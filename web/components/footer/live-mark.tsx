import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import type { StreamState } from '../../data/live/view-stream.ts'
import { duration } from '../../domain/words/time.ts'
import type { Liveness } from '../../state/view/live-view.ts'

const words: Readonly<Record<StreamState, string>> = {
  connecting: 'connecting',
  live: 'live',
  reconnecting: 'reconnecting',
  stale: 'no answer',
}

/** Shows whether the map is live or, if not, how old it is. */
export function LiveMark(props: { readonly liveness: Liveness }): JSX.Element {
  const [nowMs, setNowMs] = createSignal(performance.now())
  const state = () => props.liveness.state
  const isOld = () => state() === 'stale' || state() === 'reconnecting'
  createEffect(() => {
    if (!isOld()) return
    setNowMs(performance.now())
    const clock = window.setInterval(() => setNowMs(performance.now()), 1000)
    onCleanup(() => window.clearInterval(clock))
  })
  const age = () => {
    const { heardMs } = props.liveness
    return isOld() && heardMs !== undefined ? duration((nowMs() - heardMs) / 1000) : undefined
  }
  return (
    <span class="footer-live" data-state={state()} title={titles[state()]}>
      <i class="dot" />
      <span data-testid="stream" data-state={state()}>
        {words[state()]}
      </span>
      <Show when={age()}>
        {(old) => (
          <span class="footer-age" data-testid="age">
            <span class="footer-more">the map is </span>
            {old()} old
          </span>
        )}
      </Show>
    </span>
  )
}

const titles: Readonly<Record<StreamState, string | undefined>> = {
  connecting: undefined,
  live: 'The map is kept up to date',
  reconnecting: 'The connection to the app was lost. Trying again.',
  stale: 'Nothing came from the app, which speaks every few seconds. Trying again.',
}
