import { createSignal, For, type JSX, Show } from 'solid-js'
import { nameColumn } from '../../domain/plot/table.ts'
import { columnKinds, type TableColumn } from '../../domain/table/column.ts'
import { count } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import { createDisclosure } from '../../state/page/disclosure.ts'
import { Icon } from '../icon/icon.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import type { Head } from './create-rows.ts'
import './column-choice.css'

/** Props of {@link ColumnChoice}. */
export interface ColumnChoiceProps {
  readonly all: readonly TableColumn[]
  readonly shown: readonly TableColumn[]
  /** The heads of those that are shown, and of the name. */
  readonly heads: readonly Head[]
  /** Whether somebody has chosen, so that it can be undone. */
  readonly isOwn: boolean
  readonly onToggle: (id: string) => void
  readonly onReset: () => void
}

/** A button with the list of all columns there are, of which those that are shown are ticked, and can be made wider. */
export function ColumnChoice(props: ColumnChoiceProps): JSX.Element {
  const panel = createDisclosure()
  const [filter, setFilter] = createSignal('')
  const isShown = (id: string) => props.shown.some((column) => column.id === id)
  const headOf = (id: string) => props.heads.find((head) => head.id === id)
  const of = (kind: string) =>
    props.all.filter(
      (column) => column.kind === kind && column.label.toLowerCase().includes(filter().toLowerCase()),
    )
  return (
    <div class="column-choice" ref={panel.root}>
      <button
        type="button"
        class="sheet-tool"
        data-testid="columns-open"
        aria-expanded={panel.isOpen()}
        title="Choose columns"
        onClick={() => panel.set(!panel.isOpen())}
      >
        <Icon name="columns" />
        Columns
        <span class="column-count">
          {count(props.shown.length)} of {count(props.all.length)}
        </span>
      </button>
      <Show when={panel.isOpen()}>
        <section class="column-panel surface" aria-label="Columns" data-testid="columns">
          <Show when={props.all.length >= settings.table.filterFrom}>
            <input
              type="text"
              class="column-filter"
              placeholder="Find a column"
              aria-label="Find a column"
              data-testid="column-filter"
              ref={(element) => queueMicrotask(() => element.focus())}
              onInput={(event) => setFilter(event.currentTarget.value)}
            />
          </Show>
          <Show when={headOf(nameColumn)}>
            {(head) => (
              <div class="column-line column-name">
                <span class="column-label">{head().label}</span>
                <Widths head={head()} />
              </div>
            )}
          </Show>
          <div class="column-lists">
            <For each={columnKinds}>
              {(kind) => (
                <Show when={of(kind).length > 0}>
                  <fieldset class="column-list">
                    <legend>{kind}</legend>
                    <Keyed each={of(kind)} by={idOf}>
                      {(column) => (
                        <div class="column-line">
                          <label class="some-of-item column-label">
                            <input
                              type="checkbox"
                              data-testid="column"
                              data-id={column().id}
                              checked={isShown(column().id)}
                              onChange={() => props.onToggle(column().id)}
                            />
                            {column().label}
                          </label>
                          <Show when={headOf(column().id)}>{(head) => <Widths head={head()} />}</Show>
                        </div>
                      )}
                    </Keyed>
                  </fieldset>
                </Show>
              )}
            </For>
          </div>
          <Show when={props.isOwn}>
            <button
              type="button"
              class="card-more"
              data-testid="columns-reset"
              onClick={() => props.onReset()}
            >
              As at first
            </button>
          </Show>
        </section>
      </Show>
    </div>
  )
}

/** Makes a column narrower or wider, where its edge cannot be dragged. */
function Widths(props: { readonly head: Head }): JSX.Element {
  return (
    <For each={[-1, 1]}>
      {(step) => (
        <button
          type="button"
          class="column-width"
          data-testid={step < 0 ? 'narrower' : 'wider'}
          data-column={props.head.id}
          aria-label={`Make ${props.head.label} ${step < 0 ? 'narrower' : 'wider'}`}
          title={step < 0 ? 'Narrower' : 'Wider'}
          onClick={() => props.head.widen(step)}
        >
          <Icon name={step < 0 ? 'minus' : 'plus'} />
        </button>
      )}
    </For>
  )
}
