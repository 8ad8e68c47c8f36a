import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { MetricRow } from '../../../../src/api/types.ts'
import { sideOf } from '../../../domain/keys/side.ts'
import { newestMs, nextMoment, type SparkSpan, sparkPoints } from '../../../domain/plot/sparkline.ts'
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

/**
 * The metrics of a node, each with its newest value and a line of its samples. All lines share one time axis: the moment
 * that the pointer is at on one of them, or to which the arrow keys have moved, is shown on all.
 */
export function Metrics(props: MetricsProps): JSX.Element {
  const ordered = createMemo(() => [...props.metrics].sort((a, b) => a.priority - b.priority))
  const [moment, setMoment] = createSignal<number>()
  const end = createMemo(() => newestMs(props.metrics))
  const onKey = (event: KeyboardEvent) => {
    const step = sideOf(event)
    const leaves = event.key === 'Escape' && moment() !== undefined
    if (step === undefined && !leaves) return
    event.preventDefault()
    event.stopPropagation()
    const lines = props.metrics.map((metric) => sparkPoints(metric, props.span, end()))
    setMoment(step === undefined ? undefined : nextMoment(lines, moment(), step))
  }
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
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced as part of a form. */}
        <div
          class="card-metrics"
          role="group"
          aria-label="Usage over time: the left and right arrow keys go back and forth in it"
          tabindex="0"
          data-count={ordered().length}
          onKeyDown={onKey}
          onFocusOut={() => setMoment(undefined)}
          onPointerLeave={() => setMoment(undefined)}
        >
          <Keyed each={ordered()} by={idOf}>
            {(metric) => (
              <Sparkline
                metric={metric()}
                span={props.span}
                endMs={end()}
                moment={moment()}
                onMoment={setMoment}
              />
            )}
          </Keyed>
        </div>
      </Section>
    </Show>
  )
}
