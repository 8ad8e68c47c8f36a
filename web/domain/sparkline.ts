import type { MetricRow } from '../../src/topology/types.ts'

/** A sample at its place within a box of width and height 1; y grows downwards. */
export interface SparkPoint {
  readonly x: number
  readonly y: number
  readonly value: number
  readonly dateMs: number
}

/** The samples of a metric as points: time to the right; zero at the bottom, a tenth above the largest sample at the top. */
export function sparkPoints(metric: MetricRow): readonly SparkPoint[] {
  const samples = (metric.samples ?? []).map(({ date, value }) => ({ dateMs: Date.parse(date), value }))
  const first = samples[0]
  const last = samples.at(-1)
  if (!first || !last) return []
  const span = Math.max(1, last.dateMs - first.dateMs)
  const top = Math.max(...samples.map((sample) => sample.value), 1e-9) * 1.1
  return samples.map(({ dateMs, value }) => ({
    x: (dateMs - first.dateMs) / span,
    y: 1 - Math.max(0, value) / top,
    value,
    dateMs,
  }))
}

/** The point nearest to a place from left (0) to right (1). */
export function nearestPoint(points: readonly SparkPoint[], x: number): SparkPoint | undefined {
  let best: SparkPoint | undefined
  for (const point of points) if (!best || Math.abs(point.x - x) < Math.abs(best.x - x)) best = point
  return best
}

/** An SVG path through the points, in a box of the given size. */
export function sparkPath(points: readonly SparkPoint[], width: number, height: number): string {
  return points
    .map(
      (point, at) =>
        `${at === 0 ? 'M' : 'L'}${(point.x * width).toFixed(1)} ${(point.y * height).toFixed(1)}`,
    )
    .join('')
}
