import { createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import type { MetadataRow } from '../../../../src/api/types.ts'
import { factText } from '../../../domain/node/fact-text.ts'
import type { MarksIn } from '../../../domain/search/card-marks.ts'
import { settings } from '../../../settings.ts'
import { idOf, Keyed } from '../../keyed/keyed.tsx'
import { Marked } from '../../marked/marked.tsx'
import { Section } from '../section.tsx'
import { Copyable } from './copyable.tsx'
import { createFold } from './fold.tsx'

/** Facts about a node, most important first. Less important ones are folded, but for those that are searched for. */
export function Facts(props: {
  readonly rows: readonly MetadataRow[]
  /** Finds what is searched for. */
  readonly marks: MarksIn
}): JSX.Element {
  const [all, setAll] = createSignal(false)
  const [nowMs, setNowMs] = createSignal(Date.now())
  const timer = window.setInterval(() => setNowMs(Date.now()), 1000)
  onCleanup(() => window.clearInterval(timer))
  const sorted = createMemo(() => [...props.rows].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0)))
  const minor = createMemo(() => sorted().filter((row) => (row.priority ?? 0) >= 10).length)
  const folds = () => minor() > 1 && sorted().length - minor() > 0
  const isFound = (row: MetadataRow) => props.marks({ metadata: [row] }, row.value).length > 0
  const isFirst = (row: MetadataRow) => (row.priority ?? 0) < 10 || isFound(row)
  const shown = () => (folds() && !all() ? sorted().filter(isFirst) : sorted())
  return (
    <Show when={props.rows.length > 0}>
      <Section title="Facts" testId="facts">
        <dl class="facts">
          <Keyed each={shown()} by={idOf}>
            {(row) => <Fact row={row()} nowMs={nowMs()} marks={props.marks} />}
          </Keyed>
        </dl>
        <Show when={folds()}>
          <button type="button" class="card-more" aria-expanded={all()} onClick={() => setAll(!all())}>
            {all() ? 'Show fewer' : `Show ${minor()} more`}
          </button>
        </Show>
      </Section>
    </Show>
  )
}

function Fact(props: {
  readonly row: MetadataRow
  readonly nowMs: number
  readonly marks: MarksIn
}): JSX.Element {
  const marksIn = (text: string) => props.marks({ metadata: [props.row] }, text)
  const text = createMemo(() => factText(props.row, props.nowMs))
  return (
    <div>
      <dt>{props.row.label}</dt>
      <dd>
        <Show
          when={text().items}
          fallback={
            <Copyable text={props.row.value}>
              <span classList={{ 'fact-text': true, mono: text().mono }} title={text().full}>
                <Marked text={text().shown} ranges={marksIn(text().shown)} />
              </span>
            </Copyable>
          }
        >
          {(items) => <FactList items={items()} marksIn={marksIn} />}
        </Show>
      </dd>
    </div>
  )
}

/** A fact that is a list, one entry per line. A long list is folded. */
function FactList(props: {
  readonly items: readonly string[]
  readonly marksIn: (text: string) => ReturnType<MarksIn>
}): JSX.Element {
  const fold = createFold(() => props.items, settings.card.listFirst)
  return (
    <>
      <ul class="fact-list mono">
        <For each={fold.shown()}>
          {(item) => (
            <li>
              <Copyable text={item}>
                <span>
                  <Marked text={item} ranges={props.marksIn(item)} />
                </span>
              </Copyable>
            </li>
          )}
        </For>
      </ul>
      <fold.Toggle />
    </>
  )
}
