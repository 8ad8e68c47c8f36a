import { type JSX, onMount, Show } from 'solid-js'
import { argumentWords } from '../../domain/control/arguments.ts'
import type { Acting } from '../../state/acting/acting.ts'
import type { Asked } from '../../state/acting/confirmation.ts'
import { Modal } from '../modal/modal.tsx'

/** Asks before a control is used that ends or interrupts something, and says what that would hit. */
export function ConfirmDialog(props: { readonly acting: Acting }): JSX.Element {
  const asked = () => props.acting.confirmation.asked()
  return (
    <Modal
      open={asked() !== undefined}
      label={`${asked()?.control.human ?? ''} ${asked()?.node.label ?? ''}`}
      class="confirm"
      testId="confirm"
      onClose={props.acting.confirmation.cancel}
    >
      <Show when={asked()}>
        {(now) => (
          <Question asked={now()} onAgree={props.acting.agree} onCancel={props.acting.confirmation.cancel} />
        )}
      </Show>
    </Modal>
  )
}

function Question(props: {
  readonly asked: Asked
  readonly onAgree: () => void
  readonly onCancel: () => void
}): JSX.Element {
  let cancel!: HTMLButtonElement
  // Once the dialog is open, which would else give the focus to its first button that can be pressed at that moment.
  onMount(() => queueMicrotask(() => cancel.focus()))
  const words = () => {
    const { look } = props.asked
    return look.kind === 'asking'
      ? 'Asking who is connected now …'
      : look.kind === 'not'
        ? look.why
        : look.impact
  }
  return (
    <div class="confirm-body">
      <h2>{props.asked.control.confirmation}</h2>
      <p class="confirm-node" data-testid="confirm-node">
        {props.asked.node.label} <span>{props.asked.node.labelMinor}</span>
      </p>
      <Show when={argumentWords(props.asked.control.arguments ?? [], props.asked.args ?? {})}>
        {(filled) => <p data-testid="confirm-arguments">{filled()}</p>}
      </Show>
      <p role="status" data-testid="impact" data-kind={props.asked.look.kind}>
        {words()}
      </p>
      <div class="form-buttons">
        <button
          type="button"
          class="button"
          data-testid="cancel"
          ref={(element) => {
            cancel = element
          }}
          onClick={() => props.onCancel()}
        >
          {props.asked.look.kind === 'not' ? 'Close' : 'Cancel'}
        </button>
        <Show when={props.asked.look.kind !== 'not'}>
          <button
            type="button"
            class="button"
            data-kind="danger"
            data-testid="agree"
            disabled={props.asked.look.kind !== 'ready'}
            onClick={() => props.onAgree()}
          >
            {props.asked.control.human}
          </button>
        </Show>
      </div>
    </div>
  )
}
