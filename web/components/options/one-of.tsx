import type { JSX } from 'solid-js'
import type { ViewOptionGroup } from '../../../src/api/types.ts'
import { choose, chosen } from '../../domain/views.ts'
import { Keyed } from '../keyed/keyed.tsx'

/** Props of {@link OneOf} and `SomeOf`. */
export interface OptionGroupProps {
  readonly group: ViewOptionGroup
  /** Chosen values of all groups, by group id. */
  readonly chosen: Readonly<Record<string, string>>
  readonly onChoose: (options: Readonly<Record<string, string>>) => void
}

/** An option group with exactly one chosen value, as buttons side by side. */
export function OneOf(props: OptionGroupProps): JSX.Element {
  return (
    <fieldset class="segments options-group" data-group={props.group.id} aria-label={props.group.id}>
      <Keyed each={props.group.options} by={({ value }) => value}>
        {(option) => (
          <button
            type="button"
            class="segment"
            data-testid="option"
            data-value={option().value}
            aria-pressed={chosen(props.group, props.chosen).includes(option().value)}
            onClick={() => props.onChoose(choose(props.group, option().value, props.chosen))}
          >
            {option().label}
          </button>
        )}
      </Keyed>
    </fieldset>
  )
}
