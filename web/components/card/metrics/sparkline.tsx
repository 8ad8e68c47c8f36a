import { createMemo, type JSX, Show } from 'solid-js'
import type { MetricRow } from '../../../../src/api/types.ts'
import {
  meanText,
  nearestPoint,
  pointAt,
  rangeText,
  type SparkSpan,
  sparkArea,
  sparkPath,
  sparkPoints,
} from '../../../domain/plot/sparkline.ts'
import { metricValue } from '../../../domain/words/format.ts'
import { ago } from '../../../domain/words/time.ts'
import { Icon } from '../../icon/icon.tsx'
import './metrics.css'

const width = 160
const height = 36

/** Props of {@link Sparkline}. */
export interface SparklineProps {
  readonly metric: MetricRow
  readonly span: SparkSpan
  /** When the time axis ends, in milliseconds since the epoch; undefined without samples. */
  readonly endMs: number | undefined
  /** The moment that is looked at; undefined = the present. */
  readonly moment: number | undefined
  readonly onMoment: (moment: number | undefined) => void
}

/** One metric: name, value, line of samples and their range; at a moment, the value and age of the sample there. */
export function Sparkline(props: SparklineProps): JSX.Element {
  const points = createMemo(() => sparkPoints(props.metric, props.span, props.endMs))
  const hasPeaks = createMemo(() => points().some(({ peak, value }) => peak > value))
  const pointed = createMemo(() => {
    const { moment } = props
    return moment === undefined ? undefined : pointAt(points(), moment)
  })
  const text = (value: number) => metricValue(props.metric.format, value)
  const when = () => {
    const point = pointed()
    return point ? ago(point.dateMs, props.endMs ?? point.dateMs) : ''
  }
  const shown = () => {
    if (props.moment === undefined) return text(props.metric.value)
    const point = pointed()
    return point ? text(point.value) : '–'
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
        props.onMoment(nearestPoint(points(), (event.clientX - box.left) / box.width)?.dateMs)
      }}
    >
      <p class="metric-head">
        <Show when={props.metric.url} fallback={<span class="metric-label">{props.metric.label}</span>}>
          {(url) => (
            <a
              class="metric-label metric-graph"
              href={url()}
              target="_blank"
              rel="noopener noreferrer"
              title={`The graph of ${props.metric.label}, in a new tab`}
            >
              <span>{props.metric.label}</span>
              <Icon name="window" />
            </a>
          )}
        </Show>
        <span class="metric-when">{when()}</span>
      </p>
      <p class="metric-value">{shown()}</p>
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
      <p
        class="metric-range"
        title={[below(), meanText(props.metric)].filter((words) => words !== '').join('; ')}
      >
        {below()}
      </p>
    </div>
  )
}
