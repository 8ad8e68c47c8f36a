import { type JSX, Show } from 'solid-js'
import type { NodeDetails } from '../../../../src/api/types.ts'
import { portColumns, portLines } from '../../../domain/node/port-lines.ts'
import { settings } from '../../../settings.ts'
import { Section } from '../section.tsx'
import { DataTable } from './data-table.tsx'

/** The listening sockets of a node, and how they were used. Each line opens the listening process. */
export function Ports(props: {
  readonly nodeId: string
  readonly listening: NodeDetails['listening'] | undefined
  readonly onOpen: (processId: string) => void
}): JSX.Element {
  return (
    <Show when={props.listening}>
      {(listening) => (
        <Section title="Listening" total={listening().total} testId="listening">
          <DataTable
            label="Where it listens"
            nameHead="Address"
            columns={portColumns}
            lines={portLines(listening().ports, props.nodeId, Date.now())}
            total={listening().total}
            first={settings.card.rowsFirst}
            onOpen={({ nodeId }) => props.onOpen(nodeId)}
          />
        </Section>
      )}
    </Show>
  )
}
