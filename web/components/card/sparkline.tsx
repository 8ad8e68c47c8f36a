import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { MetricRow } from '../../../src/topology/types.ts'
import { metricValue } from '../../domain/format.ts'
import { nearestPoint, sparkPath, sparkPoints } from '../../domain/sparkline.ts'
import { ago } from '../../domain/time.ts'

const width = 160
const height = 36

/** One metric: name, value, and its line; under the pointer the value and age of a sample. */
export function Sparkline(props: { readonly metric: MetricRow }): JSX.Element {
  const [pointer, setPointer] = createSignal<number>()
  const points = createMemo(() => sparkPoints(props.metric))
  const path = createMemo(() => sparkPath(points(), width, height))
  const pointed = createMemo(() => {
    const x = pointer()
    return x === undefined ? undefined : nearestPoint(points(), x)
  })
  const value = () => pointed()?.value ?? props.metric.value
  const when = () => {
    const point = pointed()
    return point ? ago(point.dateMs, points().at(-1)?.dateMs ?? point.dateMs) : ''
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
      <p class="metric-value">{metricValue(props.metric.format, value())}</p>
      <svg
        class="metric-line"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <Show when={points().length > 1} fallback={<path class="metric-none" d={`M0 ${height}H${width}`} />}>
          <path class="metric-area" d={`${path()}V${height}H0Z`} />
          <path class="metric-stroke" d={path()} />
        </Show>
        <Show when={pointed()}>
          {(point) => <path class="metric-cross" d={`M${(point().x * width).toFixed(1)} 0V${height}`} />}
        </Show>
      </svg>
    </div>
  )
}
