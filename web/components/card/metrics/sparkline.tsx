import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { MetricRow } from '../../../../src/api/types.ts'
import { metricValue } from '../../../domain/format.ts'
import {
  nearestPoint,
  rangeText,
  type SparkSpan,
  sparkArea,
  sparkPath,
  sparkPoints,
} from '../../../domain/plot/sparkline.ts'
import { ago } from '../../../domain/time.ts'
import './metrics.css'

const width = 160
const height = 36

/** One metric: name, value, line of samples and their range. The pointer shows the value and age of a sample. */
export function Sparkline(props: { readonly metric: MetricRow; readonly span: SparkSpan }): JSX.Element {
  const [pointer, setPointer] = createSignal<number>()
  const points = createMemo(() => sparkPoints(props.metric, props.span))
  const hasPeaks = createMemo(() => points().some(({ peak, value }) => peak > value))
  const pointed = createMemo(() => {
    const x = pointer()
    return x === undefined ? undefined : nearestPoint(points(), x)
  })
  const text = (value: number) => metricValue(props.metric.format, value)
  const when = () => {
    const point = pointed()
    return point ? ago(point.dateMs, points().at(-1)?.dateMs ?? point.dateMs) : ''
  }
  const below = () => {
    const point = pointed()
    return point && point.peak > point.value ? `up to ${text(point.peak)}` : rangeText(props.metric)
  }
  return (
    <div
      class="metric"
      data-testid="metric"
      data-metric={props.metric.id}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        setPointer((event.clientX - box.left) / box.width)
      }}
      onPointerLeave={() => setPointer(undefined)}
    >
      <p class="metric-head">
        <span class="metric-label">{props.metric.label}</span>
        <span class="metric-when">{when()}</span>
      </p>
      <p class="metric-value">{text(pointed()?.value ?? props.metric.value)}</p>
      <svg
        class="metric-line"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path class="metric-none" d={`M0 ${height}H${width}`} />
        <Show when={points().length > 1}>
          <path class="metric-area" d={sparkArea(points(), width, height)} />
          <Show when={hasPeaks()}>
            <path class="metric-peak" d={sparkPath(points(), width, height, 'peakY')} />
          </Show>
          <path class="metric-stroke" d={sparkPath(points(), width, height)} />
        </Show>
        <Show when={pointed()}>
          {(point) => <path class="metric-cross" d={`M${(point().x * width).toFixed(1)} 0V${height}`} />}
        </Show>
      </svg>
      <p class="metric-range" title={below()}>
        {below()}
      </p>
    </div>
  )
}
