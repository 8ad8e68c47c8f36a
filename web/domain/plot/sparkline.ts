import type { MetricRow } from '../../../src/api/types.ts'
import { metricValue, plural } from '../words/format.ts'

/** A sample, and its position in a box of width and height 1; y grows downwards. */
export interface SparkPoint {
  readonly x: number
  readonly y: number
  /**
   * The height of `peak`, the largest of the values that the sample is the mean of; equal to `y` for a single value.
   */
  readonly peakY: number
  readonly value: number
  readonly peak: number
  readonly dateMs: number
  /** There are no samples for some time before this one, so the line starts again here. */
  readonly gap: boolean
}

/** How far back a line reaches. */
export type SparkSpan = '5m' | '1h'

const spanMs: Readonly<Record<SparkSpan, number>> = { '5m': 5 * 60_000, '1h': 60 * 60_000 }

/** Two samples that are farther apart than this many times the median distance have a gap between them. */
const GAP_FACTOR = 3.5

/** When the newest sample of all these metrics was taken, in milliseconds since the epoch; undefined without samples. */
export function newestMs(metrics: readonly MetricRow[]): number | undefined {
  const dates = metrics.flatMap(({ samples }) => Date.parse(samples?.at(-1)?.date ?? '') || [])
  return dates.length > 0 ? Math.max(...dates) : undefined
}

/**
 * The samples of a metric as points: the end of the span at the right, its beginning at the left; zero at the bottom, a
 * tenth above the largest sample at the top.
 *
 * @param endMs where the span ends; the newest sample of the metric when absent. Lines that are to be compared share it.
 */
export function sparkPoints(metric: MetricRow, span: SparkSpan, endMs?: number): readonly SparkPoint[] {
  const samples = (metric.samples ?? []).map(({ date, value, max = value }) => ({
    dateMs: Date.parse(date),
    value,
    peak: max,
  }))
  const last = samples.at(-1)
  if (!last) return []
  const end = endMs ?? last.dateMs
  const top = Math.max(...samples.map(({ peak }) => peak), 1e-9) * 1.1
  const gapMs = GAP_FACTOR * stepMs(samples)
  return samples.map(({ dateMs, value, peak }, i) => ({
    x: Math.max(0, 1 - (end - dateMs) / spanMs[span]),
    y: 1 - Math.max(0, value) / top,
    peakY: 1 - Math.max(0, peak) / top,
    value,
    peak,
    dateMs,
    gap: i === 0 || dateMs - (samples[i - 1]?.dateMs ?? 0) > gapMs,
  }))
}

/** The median distance between samples. */
function stepMs(samples: readonly { readonly dateMs: number }[]): number {
  return median(samples.slice(1).map(({ dateMs }, i) => dateMs - (samples[i]?.dateMs ?? 0)))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY
}

/** The point nearest to a place from left (0) to right (1). */
export function nearestPoint(points: readonly SparkPoint[], x: number): SparkPoint | undefined {
  let best: SparkPoint | undefined
  for (const point of points) if (!best || Math.abs(point.x - x) < Math.abs(best.x - x)) best = point
  return best
}

/**
 * The point at a moment that another line shows: the nearest in time. Undefined where the line has a gap, or ends, at
 * that moment.
 */
export function pointAt(points: readonly SparkPoint[], momentMs: number): SparkPoint | undefined {
  const best = nearest(points, momentMs)
  return best && distance(best, momentMs) <= GAP_FACTOR * stepMs(points) ? best : undefined
}

function distance({ dateMs }: SparkPoint, momentMs: number): number {
  return Math.abs(dateMs - momentMs)
}

/**
 * The next moment at which some line has a point, for a cursor that moves by keys.
 *
 * @param lines the points of each line
 * @param fromMs where the cursor is; undefined = it begins at the newest point
 * @param step −1 = back in time, 1 = forth. Past an end the cursor stays.
 */
export function nextMoment(
  lines: readonly (readonly SparkPoint[])[],
  fromMs: number | undefined,
  step: -1 | 1,
): number | undefined {
  const longest = lines.reduce((a, b) => (b.length > a.length ? b : a), [])
  const held = fromMs === undefined ? undefined : nearest(longest, fromMs)
  if (!held) return longest.at(-1)?.dateMs
  const at = longest.indexOf(held) + step
  return (at < 0 ? held : (longest[at] ?? held)).dateMs
}

function nearest(points: readonly SparkPoint[], momentMs: number): SparkPoint | undefined {
  let best: SparkPoint | undefined
  for (const point of points) if (!best || distance(point, momentMs) < distance(best, momentMs)) best = point
  return best
}

/** Lines of an SVG path through the points, in a box of the given size; one for every stretch without a gap. */
export function sparkPath(
  points: readonly SparkPoint[],
  width: number,
  height: number,
  y: 'y' | 'peakY' = 'y',
): string {
  return points
    .map(
      (point) => `${point.gap ? 'M' : 'L'}${(point.x * width).toFixed(1)} ${(point[y] * height).toFixed(1)}`,
    )
    .join('')
}

/** The areas below the lines. */
export function sparkArea(points: readonly SparkPoint[], width: number, height: number): string {
  const stretches: SparkPoint[][] = []
  for (const point of points) {
    if (point.gap) stretches.push([point])
    else stretches.at(-1)?.push(point)
  }
  return stretches
    .map((stretch) => {
      const [first, last] = [stretch[0], stretch.at(-1)]
      if (!first || !last) return ''
      const at = (x: number) => (x * width).toFixed(1)
      return `M${at(first.x)} ${height}L${sparkPath([{ ...first, gap: true }, ...stretch.slice(1)], width, height).slice(1)}V${height}H${at(first.x)}Z`
    })
    .join('')
}

/** The range of a metric's values, with the limit of a size: `0.1 – 34 %`, `4 – 5 MB of 512 MB`. */
export function rangeText({ format, samples, value, max: limit }: MetricRow): string {
  const values = (samples ?? []).flatMap((sample) => [sample.value, sample.max ?? sample.value])
  if ((samples?.length ?? 0) < 2) return ''
  const smallest = values.reduce((a, b) => Math.min(a, b), value)
  const largest = values.reduce((a, b) => Math.max(a, b), value)
  const [low, high] = [metricValue(format, smallest), metricValue(format, largest)]
  const range = low === high ? high : `${withoutUnitOf(low, high)} – ${high}`
  return format === 'filesize' && limit > largest * 1.001
    ? `${range} of ${metricValue(format, limit)}`
    : range
}

/** The mean of a metric's samples, and how many there are: `12 % on average of 60 samples`. Empty for fewer than two. */
export function meanText({ format, samples }: MetricRow): string {
  if (samples === null || samples.length < 2) return ''
  const mean = samples.reduce((sum, { value }) => sum + value, 0) / samples.length
  return `${metricValue(format, mean)} on average of ${plural(samples.length, 'sample')}`
}

function withoutUnitOf(low: string, high: string): string {
  const [number = low, unit] = low.split('\u202f')
  return unit !== undefined && high.endsWith(`\u202f${unit}`) ? number : low
}
