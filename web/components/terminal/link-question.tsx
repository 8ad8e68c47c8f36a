import { type JSX, Show } from 'solid-js'
import { Modal } from '../modal/modal.tsx'

/** Shows where a link in a terminal leads before it is followed. @param address http or https; undefined asks nothing */
export function LinkQuestion(props: {
  readonly address: string | undefined
  readonly onClose: () => void
}): JSX.Element {
  return (
    <Modal
      open={props.address !== undefined}
      label="Open a link"
      class="question"
      testId="link-question"
      onClose={props.onClose}
    >
      <Show when={props.address}>
        {(address) => (
          <>
            <h2>Open this address?</h2>
            <p>The program in the terminal wrote it; its text may have said something else.</p>
            <pre class="question-text">{address()}</pre>
            <div class="question-buttons">
              <button type="button" class="button" onClick={() => props.onClose()}>
                Cancel
              </button>
              <a
                class="button"
                data-kind="main"
                href={address()}
                target="_blank"
                rel="noopener noreferrer"
                onClick={() => props.onClose()}
              >
                Open
              </a>
            </div>
          </>
        )}
      </Show>
    </Modal>
  )
}
