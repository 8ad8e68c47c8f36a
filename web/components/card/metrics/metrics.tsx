import { createMemo, For, type JSX, Show } from 'solid-js'
import type { MetricRow } from '../../../../src/api/types.ts'
import type { SparkSpan } from '../../../domain/plot/sparkline.ts'
import { idOf, Keyed } from '../../keyed/keyed.tsx'
import { Section } from '../section.tsx'
import { Sparkline } from './sparkline.tsx'

const spans: readonly { readonly id: SparkSpan; readonly label: string; readonly title: string }[] = [
  { id: '5m', label: '5 min', title: 'The last five minutes' },
  { id: '1h', label: '1 h', title: 'The last hour: means of half minutes, and their peaks' },
]

/** Props of {@link Metrics}. */
export interface MetricsProps {
  readonly metrics: readonly MetricRow[]
  readonly span: SparkSpan
  readonly onSpan: (span: SparkSpan) => void
}

/** The metrics of a node, each with its newest value and a line of its samples. */
export function Metrics(props: MetricsProps): JSX.Element {
  const ordered = createMemo(() => [...props.metrics].sort((a, b) => a.priority - b.priority))
  return (
    <Show when={props.metrics.length > 0}>
      <Section
        title="Usage"
        testId="metrics"
        aside={
          <fieldset class="segments card-segments" aria-label="How far back">
            <For each={spans}>
              {({ id, label, title }) => (
                <button
                  type="button"
                  class="segment"
                  data-span={id}
                  title={title}
                  aria-pressed={props.span === id}
                  onClick={() => props.onSpan(id)}
                >
                  {label}
                </button>
              )}
            </For>
          </fieldset>
        }
      >
        <div class="card-metrics" data-count={ordered().length}>
          <Keyed each={ordered()} by={idOf}>
            {(metric) => <Sparkline metric={metric()} span={props.span} />}
          </Keyed>
        </div>
      </Section>
    </Show>
  )
}
