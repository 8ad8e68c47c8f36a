import { type JSX, Show } from 'solid-js'
import { noRing, type RingMetric } from '../../domain/node/ring-choice.ts'
import { Keyed, labelOf } from '../keyed/keyed.tsx'
import './group-by.css'

/** Props of {@link RingChoice}. */
export interface RingChoiceProps {
  readonly metrics: readonly RingMetric[]
  /** Label of the metric that rings show; undefined = none. */
  readonly chosen: string | undefined
  readonly onChoose: (label: string) => void
}

/** Up to this many choices are buttons side by side; more are a list. */
const SIDE_BY_SIDE = 3

/** Chooses the metric that the rings show. */
export function RingChoice(props: RingChoiceProps): JSX.Element {
  const chosen = () => props.chosen ?? noRing
  const choices = () => [...props.metrics, { label: noRing }]
  return (
    <Show when={props.metrics.length > 0}>
      <Show
        when={props.metrics.length <= SIDE_BY_SIDE}
        fallback={
          <label class="group-by-choice ring-choice options-group">
            <span class="options-label">Ring</span>
            <select
              data-testid="ring"
              aria-label="Ring shows"
              onChange={(event) => props.onChoose(event.currentTarget.value)}
            >
              <Keyed each={choices()} by={labelOf}>
                {(choice) => (
                  <option value={choice().label} selected={chosen() === choice().label}>
                    {choice().label || 'none'}
                  </option>
                )}
              </Keyed>
            </select>
          </label>
        }
      >
        <fieldset class="segments options-group" aria-label="Ring shows" data-testid="ring">
          <span class="options-label">Ring</span>
          <Keyed each={choices()} by={labelOf}>
            {(choice) => (
              <button
                type="button"
                class="segment"
                aria-pressed={chosen() === choice().label}
                onClick={() => props.onChoose(choice().label)}
              >
                {choice().label || 'none'}
              </button>
            )}
          </Keyed>
        </fieldset>
      </Show>
    </Show>
  )
}
