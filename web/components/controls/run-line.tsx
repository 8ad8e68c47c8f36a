import { type JSX, Show } from 'solid-js'
import type { Run } from '../../state/acting/runs.ts'
import { Icon } from '../icon/icon.tsx'
import { Words } from '../words/words.tsx'

/** Props of {@link RunLine}. */
export interface RunLineProps {
  readonly run: Run
  /** Where it is not plain which node it is about, its name. */
  readonly named?: boolean
  readonly onForget: () => void
}

/** The use of one control: that it is under way, or what came of it. */
export function RunLine(props: RunLineProps): JSX.Element {
  return (
    <div class="run" data-testid="run" data-state={props.run.state}>
      <p>
        <Show when={props.named}>
          <b>{props.run.node.label}</b> <span class="run-minor">{props.run.node.labelMinor}</span>{' '}
        </Show>
        <Words text={props.run.words} />
      </p>
      <Show when={props.run.state !== 'running'}>
        <button
          type="button"
          class="card-close"
          aria-label="Close this message"
          onClick={() => props.onForget()}
        >
          <Icon name="close" />
        </button>
      </Show>
    </div>
  )
}
