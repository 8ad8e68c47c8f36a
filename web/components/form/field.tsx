import { createSignal, createUniqueId, type JSX, Show } from 'solid-js'
import './form.css'

/** Props of {@link Field}. */
export interface FieldProps {
  readonly label: string
  /** Name of the field, by which forms and password managers know it. */
  readonly name: string
  readonly autocomplete: string
  readonly value: string
  readonly onInput: (value: string) => void
  /** What is possible, shown below. */
  readonly hint?: string | undefined
  /** Shows the value in the monospace font, and without the help that browsers offer for prose. */
  readonly code?: boolean
  readonly secret?: boolean
  readonly optional?: boolean
  /** Marks the value as wrong, by the element of this id. */
  readonly wrong?: string | undefined
  readonly ref?: (element: HTMLInputElement) => void
}

/** A field of a form with its label. A secret one has a button that shows what is typed. */
export function Field(props: FieldProps): JSX.Element {
  const id = createUniqueId()
  const [shown, setShown] = createSignal(false)
  const described = () => [props.hint ? `${id}-hint` : '', props.wrong ?? ''].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="field-box">
        <input
          id={id}
          class={props.code ? 'mono' : undefined}
          name={props.name}
          type={props.secret && !shown() ? 'password' : 'text'}
          autocomplete={props.autocomplete as JSX.InputHTMLAttributes<HTMLInputElement>['autocomplete']}
          autocapitalize="none"
          spellcheck={false}
          required={!props.optional}
          aria-invalid={props.wrong !== undefined}
          aria-describedby={described() || undefined}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          ref={(element) => props.ref?.(element)}
        />
        <Show when={props.secret}>
          <button
            type="button"
            class="field-show"
            aria-pressed={shown()}
            aria-label={`Show the ${props.label.toLowerCase()}`}
            onClick={() => setShown(!shown())}
          >
            {shown() ? 'Hide' : 'Show'}
          </button>
        </Show>
      </div>
      <Show when={props.hint}>
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
    </div>
  )
}
