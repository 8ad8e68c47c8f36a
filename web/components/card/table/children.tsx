import { createMemo, type JSX } from 'solid-js'
import type { ChildGroup } from '../../../../src/api/types.ts'
import { badgeWords } from '../../../domain/node/badge-words.ts'
import { cellsOf, type Line, type Sorting, tellingColumns } from '../../../domain/plot/table.ts'
import { settings } from '../../../settings.ts'
import { Section } from '../section.tsx'
import { DataTable } from './data-table.tsx'

/** A table of nodes that belong to this one, each of which opens in its own view. */
export function Children(props: {
  readonly group: ChildGroup
  readonly onOpen: (nodeId: string) => void
}): JSX.Element {
  const columns = createMemo(() =>
    tellingColumns(props.group.columns, props.group.nodes).slice(0, settings.card.columns),
  )
  const lines = createMemo(() =>
    props.group.nodes.map((node): Line => {
      const told = columns().some(({ id }) => id.endsWith('_state'))
      return {
        id: node.id,
        nodeId: node.id,
        label: node.label,
        minor: told ? undefined : badgeWords(node),
        trouble: undefined,
        hint: [node.label, node.labelMinor].filter(Boolean).join('\n'),
        cells: cellsOf(columns(), node, Date.now()),
      }
    }),
  )
  const sorting = createMemo((): Sorting | undefined => {
    const first = columns().find(({ defaultSort }) => defaultSort)
    return first && { column: first.id, descending: true }
  })
  return (
    <Section title={props.group.label} total={props.group.total} testId="children">
      <DataTable
        label={props.group.label}
        nameHead="Name"
        columns={columns()}
        lines={lines()}
        sorting={sorting()}
        total={props.group.total}
        first={settings.card.rowsFirst}
        onOpen={({ nodeId }) => props.onOpen(nodeId)}
      />
    </Section>
  )
}
