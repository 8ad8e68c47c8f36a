import { type JSX, onMount, Show } from 'solid-js'
import type { Acting } from '../../state/acting/acting.ts'
import type { Filled } from '../../state/acting/filling.ts'
import { Failure } from '../form/failure.tsx'
import { submitByEnter } from '../form/submit-by-enter.ts'
import { Modal } from '../modal/modal.tsx'
import { ArgumentFields } from './argument-fields.tsx'

/** The arguments of a control, to be filled in before it is used. */
export function ArgumentsDialog(props: { readonly acting: Acting }): JSX.Element {
  const filling = () => props.acting.filling
  const filled = () => filling().now()
  return (
    <Modal
      open={filled() !== undefined}
      label={`${filled()?.control.human ?? ''} ${filled()?.node.label ?? ''}`}
      class="confirm"
      testId="arguments"
      stays
      onClose={filling().close}
    >
      <Show when={filled()}>
        {(now) => (
          <Fields
            filled={now()}
            onFill={filling().fill}
            onSubmit={props.acting.submit}
            onCancel={filling().close}
          />
        )}
      </Show>
    </Modal>
  )
}

function Fields(props: {
  readonly filled: Filled
  readonly onFill: (name: string, value: string) => void
  readonly onSubmit: () => void
  readonly onCancel: () => void
}): JSX.Element {
  let form!: HTMLFormElement
  // Once the dialog is open, which would else give the focus to its first button.
  onMount(() => queueMicrotask(() => form.querySelector<HTMLElement>('input, select')?.focus()))
  return (
    <form
      class="confirm-body form"
      autocomplete="off"
      aria-busy={props.filled.isUnderWay}
      ref={(element) => {
        form = element
        submitByEnter(element)
      }}
      onSubmit={(event) => {
        event.preventDefault()
        props.onSubmit()
      }}
    >
      <div>
        <h2>{props.filled.control.human}</h2>
        <p class="confirm-node">
          {props.filled.node.label} <span>{props.filled.node.labelMinor}</span>
        </p>
      </div>
      <ArgumentFields
        arguments={props.filled.control.arguments ?? []}
        values={props.filled.values}
        onFill={props.onFill}
      />
      <Failure words={props.filled.failure} />
      <div class="form-buttons">
        <button type="button" class="button" data-testid="arguments-cancel" onClick={() => props.onCancel()}>
          Cancel
        </button>
        <button
          type="submit"
          class="button"
          data-kind="main"
          data-testid="arguments-go"
          aria-disabled={props.filled.isUnderWay}
        >
          {props.filled.control.human}
          <Show when={props.filled.control.confirmation}> …</Show>
        </button>
      </div>
    </form>
  )
}
