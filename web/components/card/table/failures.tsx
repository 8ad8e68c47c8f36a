import type { JSX } from 'solid-js'
import type { ConnectionTable } from '../../../../src/api/types.ts'
import { failuresOf } from '../../../domain/edge/connection-lines.ts'
import { Keyed } from '../../keyed/keyed.tsx'

/** Failing connections, at the top of a card. Each sentence leads to the table that tells more. */
export function Failures(props: {
  readonly nodeId: string
  readonly tables: readonly ConnectionTable[]
}): JSX.Element {
  const show = (from: HTMLElement, table: string) => {
    const line = from.closest('.card-body')?.querySelector(`[data-testid=${table}] .row[data-failing=true]`)
    line?.scrollIntoView({ block: 'center' })
    line?.querySelector('button')?.focus({ preventScroll: true })
  }
  return (
    <Keyed each={failuresOf(props.tables, props.nodeId)} by={({ table }) => table}>
      {(failure) => (
        <button
          type="button"
          class="card-note card-failure"
          data-testid="failure"
          onClick={(event) => show(event.currentTarget, failure().table)}
        >
          {failure().words}
        </button>
      )}
    </Keyed>
  )
}
