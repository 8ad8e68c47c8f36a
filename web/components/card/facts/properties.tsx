import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { PropertyTable } from '../../../../src/api/types.ts'
import { filterProperties, type Property } from '../../../domain/node/properties.ts'
import type { MarksIn } from '../../../domain/search/card-marks.ts'
import { settings } from '../../../settings.ts'
import { idOf, Keyed } from '../../keyed/keyed.tsx'
import { Marked } from '../../marked/marked.tsx'
import { Section } from '../section.tsx'
import { Copyable } from './copyable.tsx'
import { createFold } from './fold.tsx'

/** A list of keys and values, such as Docker labels; those that are searched for come first. A long list has a filter. */
export function Properties(props: {
  readonly table: PropertyTable
  /** Finds what is searched for. */
  readonly marks: MarksIn
}): JSX.Element {
  const { rowsFirst, filterFrom } = settings.card
  const [text, setText] = createSignal('')
  const lines = createMemo(
    () => new Map(props.table.rows.map((row) => [row.id, { tables: [{ ...props.table, rows: [row] }] }])),
  )
  const marksIn = (id: string, shown: string) => props.marks(lines().get(id) ?? {}, shown)
  const isFound = ({ id, key, value }: Property) => marksIn(id, key).length + marksIn(id, value).length > 0
  const rows = createMemo(() => {
    const all = filterProperties(props.table, text())
    return [...all.filter(isFound), ...all.filter((row) => !isFound(row))]
  })
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
              <dt class="mono">
                <Marked text={row().key} ranges={marksIn(row().id, row().key)} />
              </dt>
              <dd>
                <Copyable text={row().value}>
                  <span class="mono">
                    <Marked text={row().value} ranges={marksIn(row().id, row().value)} />
                  </span>
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
