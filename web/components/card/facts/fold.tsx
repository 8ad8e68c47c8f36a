import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { count } from '../../../domain/words/format.ts'

/** A list that shows its first entries until it is unfolded. */
export interface Fold<T> {
  readonly shown: () => readonly T[]
  /** The button that unfolds the list; nothing when all entries are shown anyway. */
  readonly Toggle: () => JSX.Element
}

/**
 * Folds a list. A single entry more than `first` is shown as well.
 *
 * @param first number of entries shown while folded
 */
export function createFold<T>(items: () => readonly T[], first: number): Fold<T> {
  const [all, setAll] = createSignal(false)
  const folds = () => items().length > first + 1
  const shown = createMemo(() => (folds() && !all() ? items().slice(0, first) : items()))
  return {
    shown,
    Toggle: () => (
      <Show when={folds()}>
        <button type="button" class="card-more" aria-expanded={all()} onClick={() => setAll(!all())}>
          {all() ? 'Show fewer' : `Show all ${count(items().length)}`}
        </button>
      </Show>
    ),
  }
}
