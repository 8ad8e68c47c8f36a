import { createMemo, type JSX } from 'solid-js'
import type { ConnectionTable } from '../../../src/topology/types.ts'
import { connectionLines } from '../../domain/table.ts'
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
  const lines = createMemo(() => connectionLines(props.table))
  return (
    <Section
      title={props.table.label}
      items={lines().rows}
      first={settings.card.connectionsFirst}
      testId={props.table.id}
      columns={lines().columns}
    >
      {({ row, minor }) => (
        <Row
          label={row.label}
          minor={minor}
          columns={lines().columns}
          metadata={row.metadata}
          onOpen={() => props.onOpen(row.nodeId)}
          onOpenNumbers={() => props.onOpenEdge(row.nodeId)}
        />
      )}
    </Section>
  )
}
