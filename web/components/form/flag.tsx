import { createUniqueId, type JSX, Show } from 'solid-js'
import './form.css'

/** A field that is on or off. */
export function Flag(props: {
  readonly label: string
  readonly name: string
  readonly value: boolean
  /** What it means, shown below. */
  readonly hint?: string | undefined
  readonly onChange: (value: boolean) => void
}): JSX.Element {
  const id = createUniqueId()
  return (
    <div class="field field-flag">
      <input
        id={id}
        type="checkbox"
        name={props.name}
        checked={props.value}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      <Show when={props.hint}>
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
    </div>
  )
}
