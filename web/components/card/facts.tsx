import { createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import type { MetadataRow } from '../../../src/topology/types.ts'
import { factText } from '../../domain/fact-text.ts'

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
                  <dd class={text().mono ? 'mono' : undefined} title={text().full}>
                    {text().shown}
                  </dd>
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
