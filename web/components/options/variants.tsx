import { createMemo, type JSX, Show } from 'solid-js'
import type { ViewDescription } from '../../../src/api/types.ts'
import { variants, viewId } from '../../domain/views.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** What {@link Variants} shows and tells. */
export interface VariantsProps {
  readonly tab: ViewDescription
  /** Id of the view that is shown. */
  readonly current: string
  readonly onView: (id: string) => void
}

/** The views of a tab, by what makes one node; nothing where there is only one. */
export function Variants(props: VariantsProps): JSX.Element {
  const choices = createMemo(() =>
    variants(props.tab).map((view, i) => ({ id: viewId(view), label: i === 0 ? 'each' : view.name })),
  )
  return (
    <Show when={choices().length > 1}>
      <fieldset class="segments options-group" aria-label={`${props.tab.name}, one node for`}>
        <Keyed each={choices()} by={idOf}>
          {(choice) => (
            <button
              type="button"
              class="segment"
              data-testid="variant"
              data-view={choice().id}
              aria-pressed={choice().id === props.current}
              onClick={() => props.onView(choice().id)}
            >
              {choice().label}
            </button>
          )}
        </Keyed>
      </fieldset>
    </Show>
  )
}
