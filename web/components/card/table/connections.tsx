import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { ConnectionTable } from '../../../../src/api/types.ts'
import {
  aspectColumns,
  type ConnectionAspect,
  connectionAspects,
  connectionLines,
} from '../../../domain/edge/connection-lines.ts'
import { tellingColumns } from '../../../domain/plot/table.ts'
import { settings } from '../../../settings.ts'
import { idOf, Keyed } from '../../keyed/keyed.tsx'
import { Section } from '../section.tsx'
import { DataTable } from './data-table.tsx'

/** Props of {@link Connections}. */
export interface ConnectionsProps {
  readonly tables: readonly ConnectionTable[]
  readonly onOpen: (nodeId: string) => void
  /** Opens the edge between this node and another, in the direction of the table. */
  readonly onOpenEdge: (tableId: ConnectionTable['id'], nodeId: string) => void
}

/** The tables of incoming and outgoing connections of a node. */
export function Connections(props: ConnectionsProps): JSX.Element {
  const [aspect, setAspect] = createSignal<ConnectionAspect>('traffic')
  const tables = createMemo(() => props.tables.filter(({ connections }) => connections.length > 0))
  return (
    <Keyed each={tables()} by={idOf}>
      {(table) => (
        <Section
          title={table().label}
          total={table().total}
          testId={table().id}
          aside={
            <Show when={tables()[0]?.id === table().id}>
              <fieldset class="segments card-segments" aria-label="What is told of connections">
                <For each={connectionAspects}>
                  {({ id, label }) => (
                    <button
                      type="button"
                      class="segment"
                      data-aspect={id}
                      aria-pressed={aspect() === id}
                      onClick={() => setAspect(id)}
                    >
                      {label}
                    </button>
                  )}
                </For>
              </fieldset>
            </Show>
          }
        >
          <DataTable
            label={`${table().label} connections`}
            nameHead={nameHead(table())}
            columns={tellingColumns(aspectColumns(table().columns, aspect()), table().connections)}
            lines={connectionLines(table(), Date.now())}
            total={table().total}
            first={settings.card.connectionsFirst}
            onOpen={({ nodeId }) => props.onOpen(nodeId)}
            onOpenRest={({ nodeId }) => props.onOpenEdge(table().id, nodeId)}
          />
        </Section>
      )}
    </Keyed>
  )
}

/** Head of the name column. The lines of a node that stands for many addresses are those addresses. */
function nameHead({ id, columns }: ConnectionTable): string {
  if (columns.some((column) => column.id === 'remote')) return 'Address'
  return id === 'incoming-connections' ? 'From' : 'To'
}
