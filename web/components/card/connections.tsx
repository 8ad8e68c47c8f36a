import { createMemo, type JSX } from 'solid-js'
import type { ConnectionTable } from '../../../src/topology/types.ts'
import { tellingColumns } from '../../domain/table.ts'
import { settings } from '../../settings.ts'
import { Row } from './row.tsx'
import { Section } from './section.tsx'

/** Who connects to the node, or to whom it connects. */
export function Connections(props: {
  readonly table: ConnectionTable
  readonly onOpen: (nodeId: string) => void
  /** Opens the edge to or from a node. */
  readonly onOpenEdge: (nodeId: string) => void
}): JSX.Element {
  const columns = createMemo(() => tellingColumns(props.table.columns, props.table.connections))
  return (
    <Section
      title={props.table.label}
      items={props.table.connections}
      first={settings.card.connectionsFirst}
      testId={props.table.id}
      columns={columns()}
    >
      {(row) => (
        <Row
          label={row.label}
          minor={row.labelMinor}
          columns={columns()}
          metadata={row.metadata}
          onOpen={() => props.onOpen(row.nodeId)}
          onOpenNumbers={() => props.onOpenEdge(row.nodeId)}
        />
      )}
    </Section>
  )
}
