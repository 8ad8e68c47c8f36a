import { createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import type { MetadataRow } from '../../../src/topology/types.ts'
import { factText } from '../../domain/fact-text.ts'
import { count } from '../../domain/format.ts'
import { settings } from '../../settings.ts'

/** Facts about a node, most important first; what matters less unfolds. */
export function Facts(props: { readonly rows: readonly MetadataRow[] }): JSX.Element {
  const [all, setAll] = createSignal(false)
  const [nowMs, setNowMs] = createSignal(Date.now())
  const timer = window.setInterval(() => setNowMs(Date.now()), 1000)
  onCleanup(() => window.clearInterval(timer))
  const sorted = createMemo(() => [...props.rows].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0)))
  const minor = createMemo(() => sorted().filter((row) => (row.priority ?? 0) >= 10).length)
  const folds = () => minor() > 1 && sorted().length - minor() > 0
  const shown = () => (folds() && !all() ? sorted().filter((row) => (row.priority ?? 0) < 10) : sorted())
  return (
    <Show when={props.rows.length > 0}>
      <section class="card-section" data-testid="facts">
        <h3 class="facts-head">Facts</h3>
        <dl class="facts">
          <For each={shown()}>
            {(row) => {
              const text = () => factText(row, nowMs())
              return (
                <div>
                  <dt>{row.label}</dt>
                  <Show
                    when={text().items}
                    fallback={
                      <dd class={text().mono ? 'mono' : undefined} title={text().full}>
                        {text().shown}
                      </dd>
                    }
                  >
                    {(items) => <FactList items={items()} />}
                  </Show>
                </div>
              )
            }}
          </For>
        </dl>
        <Show when={folds()}>
          <button type="button" class="card-more" onClick={() => setAll(!all())}>
            {all() ? 'Show fewer' : `Show ${minor()} more`}
          </button>
        </Show>
      </section>
    </Show>
  )
}

/** A fact that is a list, an entry a line; a long one unfolds. */
function FactList(props: { readonly items: readonly string[] }): JSX.Element {
  const { listFirst } = settings.card
  const [all, setAll] = createSignal(false)
  const folds = () => props.items.length > listFirst + 1
  const shown = () => (folds() && !all() ? props.items.slice(0, listFirst) : props.items)
  return (
    <dd>
      <ul class="fact-list mono">
        <For each={shown()}>{(item) => <li>{item}</li>}</For>
      </ul>
      <Show when={folds()}>
        <button type="button" class="card-more" onClick={() => setAll(!all())}>
          {all() ? 'Show fewer' : `Show ${count(props.items.length - listFirst)} more`}
        </button>
      </Show>
    </dd>
  )
}
