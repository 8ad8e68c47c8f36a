import { createMemo, type JSX } from 'solid-js'
import type { ChildGroup } from '../../../src/topology/types.ts'
import { tellingColumns } from '../../domain/table.ts'
import { settings } from '../../settings.ts'
import { Row } from './row.tsx'
import { Section } from './section.tsx'

/** Nodes that belong to this one, each a link into its own view. */
export function Children(props: {
  readonly group: ChildGroup
  readonly onOpen: (nodeId: string) => void
}): JSX.Element {
  const columns = createMemo(() => tellingColumns(props.group.columns, props.group.nodes).slice(0, 4))
  return (
    <Section
      title={props.group.label}
      items={props.group.nodes}
      first={settings.card.rowsFirst}
      testId="children"
      columns={columns()}
    >
      {(node) => (
        <Row
          label={node.label}
          minor={node.state}
          columns={columns()}
          metadata={node.metadata ?? []}
          metrics={node.metrics ?? []}
          onOpen={() => props.onOpen(node.id)}
        />
      )}
    </Section>
  )
}
