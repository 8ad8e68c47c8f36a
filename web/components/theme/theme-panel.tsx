import { For, type JSX } from 'solid-js'
import { contrastChoices, themeChoices } from '../../domain/theme/theme.ts'
import type { ThemeState } from '../../state/page/theme.ts'
import './theme-menu.css'

/** The choice of colours and contrast. */
export function ThemePanel(props: { readonly theme: ThemeState }): JSX.Element {
  return (
    <section class="theme-menu surface" aria-label="Colours and contrast" data-testid="theme-menu">
      <Choices
        name="Colours"
        testId="theme"
        choices={themeChoices}
        chosen={props.theme.choice()}
        onChoose={props.theme.choose}
      />
      <Choices
        name="Contrast"
        testId="contrast"
        choices={contrastChoices}
        chosen={props.theme.contrastChoice()}
        onChoose={props.theme.chooseContrast}
      />
    </section>
  )
}

function Choices<Value extends string>(props: {
  readonly name: string
  readonly testId: string
  readonly choices: readonly { readonly value: Value; readonly label: string }[]
  readonly chosen: Value
  readonly onChoose: (value: Value) => void
}): JSX.Element {
  return (
    <div class="theme-choice">
      <span aria-hidden="true">{props.name}</span>
      <fieldset class="segments" aria-label={props.name}>
        <For each={props.choices}>
          {({ value, label }) => (
            <button
              type="button"
              class="segment"
              data-testid={`${props.testId}-${value}`}
              aria-pressed={props.chosen === value}
              onClick={() => props.onChoose(value)}
            >
              {label}
            </button>
          )}
        </For>
      </fieldset>
    </div>
  )
}
