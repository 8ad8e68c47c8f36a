import { type JSX, Show } from 'solid-js'
import type { SessionRun } from '../../state/control/session-run.ts'
import type { LookState } from '../../state/control/terminal-look.ts'
import { Icon } from '../icon/icon.tsx'

/** The buttons of the session that is in front, in the drawer and in a window of its own. */
export function SessionTools(props: {
  readonly run: SessionRun
  readonly look: LookState
  readonly onFind: () => void
}): JSX.Element {
  return (
    <Show when={props.run.terminal}>
      <button
        type="button"
        class="bar-button"
        aria-label="Find in the terminal"
        title="Find (Ctrl+Shift+F)"
        onClick={() => props.onFind()}
      >
        <Icon name="search" />
      </button>
      <button
        type="button"
        class="bar-button"
        title="Smaller text (Ctrl+Shift+−)"
        onClick={() => props.look.zoom(-1)}
      >
        A−<span class="for-readers"> smaller text</span>
      </button>
      <button
        type="button"
        class="bar-button"
        title="Larger text (Ctrl+Shift++)"
        onClick={() => props.look.zoom(1)}
      >
        A+<span class="for-readers"> larger text</span>
      </button>
      <button
        type="button"
        class="bar-button"
        aria-label="For screen readers"
        title="For screen readers: what appears is read out"
        aria-pressed={props.look.look().reader}
        onClick={() => props.look.toggleReader()}
      >
        <Icon name="reader" />
      </button>
    </Show>
  )
}
