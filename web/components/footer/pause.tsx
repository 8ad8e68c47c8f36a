import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { type Missed, missedWords } from '../../domain/graph/pause.ts'
import { ago, sinceTime } from '../../domain/words/time.ts'
import { settings } from '../../settings.ts'
import { Icon } from '../icon/icon.tsx'

/** Props of {@link Pause}. */
export interface PauseProps {
  readonly paused: boolean
  /** When what is shown began to stand still, in ms since 1970; undefined while it does not. */
  readonly sinceMs: number | undefined
  readonly missed: Missed
  /** Whether the view has a filter. */
  readonly filtered: boolean
  readonly onPause: (isPaused: boolean) => void
}

/** The button that stops the map and lets it go on; while it stands still, since when, and what has changed since. */
export function Pause(props: PauseProps): JSX.Element {
  const words = () => missedWords(props.missed, props.filtered)
  const [nowMs, setNowMs] = createSignal(Date.now())
  createEffect(() => {
    if (props.sinceMs === undefined) return
    setNowMs(Date.now())
    const clock = window.setInterval(() => setNowMs(Date.now()), settings.data.agoMs)
    onCleanup(() => window.clearInterval(clock))
  })
  const does = () => (props.paused ? 'Go on' : 'Pause the map')
  return (
    <span class="footer-pause" data-paused={props.paused}>
      <button
        type="button"
        class="footer-theme"
        aria-label={does()}
        title={props.paused ? 'Go on  Space' : 'The map stands still; cards and events go on  Space'}
        data-testid="pause"
        onClick={() => props.onPause(!props.paused)}
      >
        <Show when={props.paused} fallback={<Icon name="pause" />}>
          <Icon name="play" />
        </Show>
      </button>
      <span data-testid="paused">
        <span role="status">{props.paused ? 'paused' : ''}</span>
        <Show when={props.sinceMs}>
          {(since) => (
            <span class="footer-more">
              <span class="footer-age" title={sinceTime(new Date(since()).toISOString(), nowMs())}>
                {` ${ago(since(), nowMs())}`}
              </span>
              {words() ? ` · ${words()}` : ''}
            </span>
          )}
        </Show>
      </span>
    </span>
  )
}
