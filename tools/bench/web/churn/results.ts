import type { Held } from './heaps.ts'
import { growsBeyond, type Trend, trendOf } from './trend.ts'

/** What a page held at a moment, and how large the world was that it showed. */
export interface Sample {
  readonly atMinutes: number
  readonly held: Held
  /** Nodes and edges of the world's views. */
  readonly size: number
  /** How often nodes and edges came or went until then. */
  readonly nodeChanges: number
  readonly edgeChanges: number
}

/** The part of the time in which caches fill and code is compiled. */
const WARM_UP = 0.25

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2)

/** A sample in a line. */
export const lineOf = ({ atMinutes, held, size, nodeChanges, edgeChanges }: Sample): string =>
  [
    `${atMinutes.toFixed(1).padStart(5)} min`,
    `page ${megabytes(held.page)} MB`,
    ...[...held.workers].map(([name, bytes]) => `${name} ${megabytes(bytes)} MB`),
    `${held.domNodes} DOM nodes`,
    `${held.listeners} listeners`,
    `${size} in the world`,
    `${nodeChanges} nodes and ${edgeChanges} edges came or went`,
  ].join(', ')

interface Series {
  readonly name: string
  readonly of: (sample: Sample) => number
  readonly written: (value: number) => string
}

/** Lines that tell how each thing developed after the warm-up, and whether any grows beyond what the world does. */
export const growthLines = (
  samples: readonly Sample[],
): { readonly lines: readonly string[]; readonly grows: boolean } => {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP))
  const trend = (of: Series['of']) => trendOf(warm.map((sample) => [sample.atMinutes, of(sample)]))
  const size = trend((sample) => sample.size)
  const workers = [...(warm.at(-1)?.held.workers.keys() ?? [])]
  const heap = (name: string, of: (held: Held) => number): Series => ({
    name: `heap of ${name}, MB`,
    of: ({ held }) => of(held),
    written: megabytes,
  })
  const whole = (name: string, of: (held: Held) => number): Series => ({
    name,
    of: ({ held }) => of(held),
    written: (value) => value.toFixed(0),
  })
  const series = [
    heap('the page’s thread', ({ page }) => page),
    ...workers.map((name) => heap(name, ({ workers }) => workers.get(name) ?? 0)),
    whole('DOM nodes', ({ domNodes }) => domNodes),
    whole('listeners', ({ listeners }) => listeners),
  ].map((one) => ({ ...one, trend: trend(one.of) }))
  const verdicts = series.map((one) => ({ ...one, grows: growsBeyond(one.trend, size) }))
  const [from = 0, to = 0] = [warm[0]?.atMinutes, warm.at(-1)?.atMinutes]
  const last = samples.at(-1)
  return {
    lines: [
      `${warm.length} measurements of minutes ${from.toFixed(1)} to ${to.toFixed(1)}, each a line by least squares: from, to, ± two standard errors`,
      lineOfTrend('nodes and edges of the world', size, (value) => value.toFixed(0)),
      ...verdicts.map(
        ({ name, trend, written, grows }) =>
          `${lineOfTrend(name, trend, written)}  ${grows ? 'grows ✗' : 'does not grow ✓'}`,
      ),
      `${last?.nodeChanges ?? 0} nodes and ${last?.edgeChanges ?? 0} edges came or went`,
    ],
    grows: verdicts.some(({ grows }) => grows),
  }
}

const lineOfTrend = (name: string, { first, last, doubt }: Trend, written: (value: number) => string) =>
  `  ${name.padEnd(40)}${written(first).padStart(10)}${written(last).padStart(10)}${`± ${written(doubt)}`.padStart(12)}`
