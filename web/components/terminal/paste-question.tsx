import { type JSX, Show } from 'solid-js'
import { plural } from '../../domain/words/format.ts'
import { Modal } from '../modal/modal.tsx'

const shownMost = 2000

/** Asks before lines are pasted that would run one by one. @param text undefined asks nothing */
export function PasteQuestion(props: {
  readonly text: string | undefined
  readonly label: string
  readonly onPaste: (text: string) => void
  readonly onClose: () => void
}): JSX.Element {
  return (
    <Modal
      open={props.text !== undefined}
      label="Paste several lines"
      class="question"
      testId="paste-question"
      onClose={props.onClose}
    >
      <Show when={props.text}>
        {(text) => (
          <>
            <h2>
              Paste {plural(text().replace(/\n$/, '').split('\n').length, 'line')} into {props.label}?
            </h2>
            <p>Each line runs as soon as it arrives.</p>
            <pre class="question-text">{text().slice(0, shownMost)}</pre>
            <div class="question-buttons">
              <button type="button" class="button" onClick={() => props.onClose()}>
                Cancel
              </button>
              <button
                type="button"
                class="button"
                data-kind="main"
                autofocus
                onClick={() => props.onPaste(text())}
              >
                Paste
              </button>
            </div>
          </>
        )}
      </Show>
    </Modal>
  )
}
