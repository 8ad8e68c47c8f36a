import { createUniqueId, type JSX, onCleanup, Show } from 'solid-js'
import { noRing, type RingMetric } from '../../domain/node/ring-choice.ts'
import { createDropDown } from '../../state/page/drop-down.ts'
import { Icon } from '../icon/icon.tsx'
import { Keyed, labelOf } from '../keyed/keyed.tsx'

/** Props of {@link RingChoice}. */
export interface RingChoiceProps {
  readonly metrics: readonly RingMetric[]
  /** Label of the metric that is chosen for rings; undefined = none. */
  readonly chosen: string | undefined
  readonly onChoose: (label: string) => void
  /** Rings show another metric while it is pointed at; undefined = that is over. */
  readonly onPreview: (label: string | undefined) => void
}

/** Up to this many choices are buttons side by side; more are a list. */
const SIDE_BY_SIDE = 3

/** Chooses the metric that the rings show. They show one that is pointed at, too, while it is. */
export function RingChoice(props: RingChoiceProps): JSX.Element {
  const choices = () => [...props.metrics, { label: noRing }]
  onCleanup(() => props.onPreview(undefined))
  return (
    <Show when={props.metrics.length > 0}>
      <Show
        when={props.metrics.length <= SIDE_BY_SIDE}
        fallback={<RingList {...props} choices={choices()} />}
      >
        <fieldset class="segments options-group" aria-label="Ring shows" data-testid="ring">
          <span class="options-label">Ring</span>
          <Keyed each={choices()} by={labelOf}>
            {(choice) => (
              <button
                type="button"
                class="segment"
                aria-pressed={(props.chosen ?? noRing) === choice().label}
                onPointerEnter={() => props.onPreview(choice().label)}
                onPointerLeave={() => props.onPreview(undefined)}
                onClick={() => props.onChoose(choice().label)}
              >
                {nameOf(choice())}
              </button>
            )}
          </Keyed>
        </fieldset>
      </Show>
    </Show>
  )
}

function RingList(
  props: RingChoiceProps & { readonly choices: readonly Pick<RingMetric, 'label'>[] },
): JSX.Element {
  const list = createDropDown()
  const name = createUniqueId()
  return (
    <details class="some-of options-group" data-testid="ring" ref={list.root} onKeyDown={list.onKey}>
      <summary class="some-of-button" ref={list.summary}>
        Ring <span class="ring-chosen">{props.chosen ?? nameOf({ label: noRing })}</span>
        <Icon name="right" />
      </summary>
      <div class="some-of-list surface" role="radiogroup" aria-label="Ring shows">
        <Keyed each={props.choices} by={labelOf}>
          {(choice) => (
            <label
              class="some-of-item"
              onPointerEnter={() => props.onPreview(choice().label)}
              onPointerLeave={() => props.onPreview(undefined)}
            >
              <input
                type="radio"
                name={name}
                checked={(props.chosen ?? noRing) === choice().label}
                onChange={() => props.onChoose(choice().label)}
                // Arrow keys choose, too, and go on.
                onClick={({ detail }) => detail > 0 && list.close()}
              />
              {nameOf(choice())}
            </label>
          )}
        </Keyed>
      </div>
    </details>
  )
}

const nameOf = ({ label }: Pick<RingMetric, 'label'>): string => label || 'none'
