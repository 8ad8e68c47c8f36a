import { type JSX, Show } from 'solid-js'
import type { ConnectionEnd, ConnectionsDocument, SingleConnection } from '../../../src/api/types.ts'
import { addressText, endName } from '../../domain/edge/single-connections.ts'
import { bytes, microseconds, plural } from '../../domain/words/format.ts'
import { duration } from '../../domain/words/time.ts'

/** Props of {@link ConnectionItem}. */
export interface ConnectionItemProps {
  readonly connection: SingleConnection
  /** The answer that the connection is from; it has the names of processes. */
  readonly document: ConnectionsDocument
  readonly onOpenProcess: (nodeId: string) => void
}

/** One connection: the processes and addresses of both ends, and its numbers. */
export function ConnectionItem(props: ConnectionItemProps): JSX.Element {
  const numbers = () => {
    const { bytesSent, bytesReceived, retransmits, rttUs } = props.connection
    const parts = [`↑ ${bytes(bytesSent)}`, `↓ ${bytes(bytesReceived)}`]
    if (rttUs !== undefined) parts.push(`rtt ${microseconds(rttUs)}`)
    if (retransmits > 0) parts.push(`${plural(retransmits, 'segment')} again`)
    return parts
  }
  return (
    <li class="single" data-testid="connection-row" data-state={props.connection.state}>
      <span class="single-ends">
        <EndLabel end={props.connection.client} document={props.document} onOpen={props.onOpenProcess} />
        <span class="edge-arrow">→</span>
        <EndLabel
          end={props.connection.server}
          name={props.connection.serverName}
          document={props.document}
          onOpen={props.onOpenProcess}
        />
      </span>
      <span
        class="single-age"
        title={props.connection.state === 'open' ? 'Open since' : 'Opened, closed since'}
      >
        {props.connection.state === 'closed' ? 'closed · ' : ''}
        {duration(props.connection.ageMs / 1000)}
      </span>
      <span class="single-addresses mono">
        {addressText(props.connection.client)} → {addressText(props.connection.server)}
      </span>
      <span class="single-numbers">{numbers().join('  ')}</span>
    </li>
  )
}

function EndLabel(props: {
  readonly end: ConnectionEnd
  /** The name that the client resolved to this address. */
  readonly name?: string | undefined
  readonly document: ConnectionsDocument
  readonly onOpen: (nodeId: string) => void
}): JSX.Element {
  const process = () => endName(props.end, props.document)
  return (
    <Show
      when={process()}
      fallback={
        <span class="single-end" title={props.name ?? props.end.ip}>
          {props.name ?? props.end.ip}
        </span>
      }
    >
      {(name) => (
        <button
          type="button"
          class="single-end single-process"
          title={`Open process ${name()}`}
          onClick={() => props.end.process !== undefined && props.onOpen(props.end.process)}
        >
          {name()}
        </button>
      )}
    </Show>
  )
}
