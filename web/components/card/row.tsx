import { For, type JSX, Show } from 'solid-js'
import type { Column, MetadataRow, MetricRow } from '../../../src/topology/types.ts'
import { factText } from '../../domain/fact-text.ts'
import { metricValue } from '../../domain/format.ts'
import { failing, failingColumns } from '../../domain/table.ts'

/** What {@link Row} shows. */
export interface RowProps {
  readonly label: string
  readonly minor: string | undefined
  readonly columns: readonly Column[]
  readonly metadata: readonly MetadataRow[]
  readonly metrics?: readonly MetricRow[]
  readonly onOpen: () => void
  /** What the numbers of the row lead to, where that is something else. */
  readonly onOpenNumbers?: () => void
}

/** A line of a table that opens a node: its name, and a value for each column. */
export function Row(props: RowProps): JSX.Element {
  const cell = (column: Column): string => {
    const metric = props.metrics?.find((one) => one.id === column.id)
    if (metric) return metricValue(metric.format, metric.value)
    const row = props.metadata.find((one) => one.id === column.id)
    return row ? factText(row, Date.now()).shown : ''
  }
  const fails = () => failing(props.metadata)
  const name = () => (
    <span class="row-name">
      <span class="row-label" title={props.label}>
        {props.label}
      </span>
      <Show when={props.minor}>
        <span class="row-minor" title={props.minor}>
          {props.minor}
        </span>
      </Show>
    </span>
  )
  const cells = () => (
    <For each={props.columns}>
      {(column) => (
        <span
          class="row-cell"
          title={column.label}
          data-tone={fails() && failingColumns.has(column.id) ? 'fail' : undefined}
        >
          {cell(column)}
        </span>
      )}
    </For>
  )
  return (
    <Show
      when={props.onOpenNumbers}
      fallback={
        <button type="button" class="row" data-testid="row" onClick={() => props.onOpen()}>
          {name()}
          {cells()}
        </button>
      }
    >
      {(openNumbers) => (
        <div class="row row-split" data-testid="row" data-failing={fails()}>
          <button type="button" class="row-first" onClick={() => props.onOpen()}>
            {name()}
          </button>
          <button
            type="button"
            class="row-numbers"
            data-testid="row-edge"
            aria-label={`Connections with ${props.label}`}
            title="Show the connections"
            onClick={() => openNumbers()()}
          >
            {cells()}
          </button>
        </div>
      )}
    </Show>
  )
}
