import { createMemo, type JSX, Show } from 'solid-js'
import type { ViewDescription } from '../../../src/api/types.ts'
import { shownVariants, viewId } from '../../domain/views.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** Props of {@link Variants}. */
export interface VariantsProps {
  readonly tab: ViewDescription
  /** Id of the view that is shown. */
  readonly current: string
  readonly onView: (id: string) => void
}

/** Chooses among the views of a tab, which differ in what one node stands for. Nothing when the tab has one view. */
export function Variants(props: VariantsProps): JSX.Element {
  const choices = createMemo(() =>
    shownVariants(props.tab, props.current).map((view, i) => ({
      id: viewId(view),
      label: i === 0 ? 'each' : view.name,
    })),
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
