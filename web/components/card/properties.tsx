import type { JSX } from 'solid-js'
import type { PropertyTable } from '../../../src/topology/types.ts'
import { settings } from '../../settings.ts'
import { Section } from './section.tsx'

/** A list of keys and values, such as Docker labels. */
export function Properties(props: { readonly table: PropertyTable }): JSX.Element {
  const [first = { id: 'label' }, second = { id: 'value' }] = props.table.columns
  return (
    <Section
      title={props.table.label}
      items={props.table.rows}
      first={settings.card.rowsFirst}
      testId="properties"
    >
      {(row) => (
        <div class="property">
          <span class="property-key mono">{row.entries[first.id]}</span>
          <span class="property-value mono">{row.entries[second.id]}</span>
        </div>
      )}
    </Section>
  )
}
