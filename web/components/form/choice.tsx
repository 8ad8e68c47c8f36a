import { createUniqueId, For, type JSX, Show } from 'solid-js'
import './form.css'

/** A field with a fixed set of values. */
export function Choice<Value extends string>(props: {
  readonly label: string
  readonly name: string
  readonly values: readonly Value[]
  readonly value: Value
  /** What the chosen value means, shown below. */
  readonly hint?: string | undefined
  /** The empty value cannot be chosen. */
  readonly required?: boolean | undefined
  readonly onChoose: (value: Value) => void
}): JSX.Element {
  const id = createUniqueId()
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        name={props.name}
        required={props.required}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChoose(event.currentTarget.value as Value)}
      >
        <For each={props.values}>
          {(value) => (
            <option value={value} selected={value === props.value}>
              {value}
            </option>
          )}
        </For>
      </select>
      <Show when={props.hint}>
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
    </div>
  )
}
