import { For, type JSX, Show } from 'solid-js'
import type { MetricRow } from '../../../src/topology/types.ts'
import { Sparkline } from './sparkline.tsx'

/** The metrics of a node, each with its newest value and its way there. */
export function Metrics(props: { readonly metrics: readonly MetricRow[] }): JSX.Element {
  const ordered = () => [...props.metrics].sort((a, b) => a.priority - b.priority)
  return (
    <Show when={props.metrics.length > 0}>
      <section class="card-metrics" aria-label="Metrics" data-testid="metrics">
        <For each={ordered()}>{(metric) => <Sparkline metric={metric} />}</For>
      </section>
    </Show>
  )
}
