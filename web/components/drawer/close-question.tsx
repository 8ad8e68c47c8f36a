import { type JSX, Show } from 'solid-js'
import type { SessionRun } from '../../state/control/session-run.ts'
import { Modal } from '../modal/modal.tsx'

/** Asks before a terminal is closed in which something runs. @param run undefined asks nothing */
export function CloseQuestion(props: {
  readonly run: SessionRun | undefined
  readonly onEnd: (run: SessionRun) => void
  readonly onClose: () => void
}): JSX.Element {
  return (
    <Modal
      open={props.run !== undefined}
      label="Close the terminal"
      class="question"
      testId="close-question"
      onClose={props.onClose}
    >
      <Show when={props.run}>
        {(run) => (
          <>
            <h2>Close the terminal of {run().label()}?</h2>
            <p>{closeWords(run())}</p>
            <div class="question-buttons">
              <button type="button" class="button" autofocus onClick={() => props.onClose()}>
                Keep it
              </button>
              <button
                type="button"
                class="button"
                data-kind="main"
                data-testid="close-end"
                onClick={() => props.onEnd(run())}
              >
                End it
              </button>
            </div>
          </>
        )}
      </Show>
    </Modal>
  )
}

function closeWords(run: SessionRun): string {
  const title = run.title()
  return `What runs in it${title ? ` (${title})` : ''} is ended at once. That cannot be undone.`
}
