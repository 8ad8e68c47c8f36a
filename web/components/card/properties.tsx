import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { PropertyTable } from '../../../src/api/types.ts'
import { filterProperties } from '../../domain/node/properties.ts'
import { settings } from '../../settings.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import { Copyable } from './copyable.tsx'
import { createFold } from './fold.tsx'
import { Section } from './section.tsx'

/** A list of keys and values, such as Docker labels. A long list has a filter. */
export function Properties(props: { readonly table: PropertyTable }): JSX.Element {
  const { rowsFirst, filterFrom } = settings.card
  const [text, setText] = createSignal('')
  const rows = createMemo(() => filterProperties(props.table, text()))
  const fold = createFold(rows, rowsFirst)
  return (
    <Section
      title={props.table.label}
      total={props.table.rows.length > rowsFirst ? props.table.rows.length : 0}
      testId="properties"
      aside={
        <Show when={props.table.rows.length >= filterFrom}>
          <input
            type="search"
            class="card-filter"
            placeholder="Filter"
            aria-label={`Filter ${props.table.label}`}
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || text() === '') return
              event.preventDefault()
              setText('')
            }}
          />
        </Show>
      }
    >
      <dl class="properties">
        <Keyed each={fold.shown()} by={idOf}>
          {(row) => (
            <div>
              <dt class="mono">{row().key}</dt>
              <dd>
                <Copyable text={row().value}>
                  <span class="mono">{row().value}</span>
                </Copyable>
              </dd>
            </div>
          )}
        </Keyed>
      </dl>
      <Show when={rows().length === 0}>
        <p class="table-note">Nothing has “{text()}” in it.</p>
      </Show>
      <fold.Toggle />
    </Section>
  )
}
