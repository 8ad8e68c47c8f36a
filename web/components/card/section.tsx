import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { Column } from '../../../src/topology/types.ts'
import { count } from '../../domain/format.ts'

/** What {@link Section} shows. */
export interface SectionProps<T> {
  readonly title: string
  readonly items: readonly T[]
  /** How many are shown before one asks for all. */
  readonly first: number
  readonly testId?: string
  /** Heads of the columns after the name; absent = not a table. */
  readonly columns?: readonly Column[]
  readonly children: (item: T) => JSX.Element
}

/** A titled list that shows its first entries, and all when asked. One entry too many is shown at once. Nothing when empty. */
export function Section<T>(props: SectionProps<T>): JSX.Element {
  const [all, setAll] = createSignal(false)
  const folded = () => !all() && props.items.length > props.first + 1
  const shown = () => (folded() ? props.items.slice(0, props.first) : props.items)
  return (
    <Show when={props.items.length > 0}>
      <section class="card-section" data-testid={props.testId}>
        <div
          class="card-rows"
          ref={(element) => {
            // Set by script: the page's policy allows no style attributes in markup.
            createMemo(() => element.style.setProperty('--columns', String(props.columns?.length ?? 0)))
          }}
        >
          <div class="card-heads">
            <h3>
              {props.title}
              <Show when={props.items.length > 1}>
                <span class="card-count">{count(props.items.length)}</span>
              </Show>
            </h3>
            <For each={props.columns}>{(column) => <span>{column.label}</span>}</For>
          </div>
          <For each={shown()}>{props.children}</For>
        </div>
        <Show when={folded() || all()}>
          <button type="button" class="card-more" onClick={() => setAll(!all())}>
            {all() ? 'Show fewer' : `Show ${count(props.items.length - props.first)} more`}
          </button>
        </Show>
      </section>
    </Show>
  )
}
