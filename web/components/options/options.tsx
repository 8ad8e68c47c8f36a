import { For, type JSX, Show } from 'solid-js'
import type { ViewDescription } from '../../../src/topology/types.ts'
import { noRing } from '../../domain/ring-choice.ts'
import { choose, chosen } from '../../domain/views.ts'
import './options.css'

/** What {@link Options} shows and tells. */
export interface OptionsProps {
  readonly view: ViewDescription | undefined
  readonly chosen: Readonly<Record<string, string>>
  /** Metrics a ring can show. */
  readonly rings: readonly string[]
  readonly ring: string | undefined
  /** A card lies at the right; stay beside it. */
  readonly beside: boolean
  readonly onChoose: (options: Readonly<Record<string, string>>) => void
  readonly onRing: (label: string) => void
}

/** What the view shows and hides, and which metric the rings show. */
export function Options(props: OptionsProps): JSX.Element {
  return (
    <Show when={props.view}>
      {(view) => (
        <div class="options" role="toolbar" aria-label="Options" data-beside={props.beside}>
          <For each={view().options ?? []}>
            {(group) => (
              <fieldset class="segments options-group" data-group={group.id} aria-label={group.id}>
                <For each={group.options}>
                  {(option) => (
                    <button
                      type="button"
                      class="segment"
                      data-testid="option"
                      data-value={option.value}
                      aria-pressed={chosen(group, props.chosen).includes(option.value)}
                      onClick={() => props.onChoose(choose(group, option.value, props.chosen))}
                    >
                      {option.label}
                    </button>
                  )}
                </For>
              </fieldset>
            )}
          </For>
          <Show when={props.rings.length > 0}>
            <fieldset class="segments options-group" aria-label="Ring shows">
              <span class="options-label">Ring</span>
              <For each={[...props.rings.slice(0, 3), noRing]}>
                {(label) => (
                  <button
                    type="button"
                    class="segment"
                    aria-pressed={(props.ring ?? noRing) === label}
                    onClick={() => props.onRing(label)}
                  >
                    {label || 'none'}
                  </button>
                )}
              </For>
            </fieldset>
          </Show>
        </div>
      )}
    </Show>
  )
}
