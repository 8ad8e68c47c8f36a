import type { Metric } from '../../../report/schema.ts'
import { Memory } from './memory.ts'

/** Which metrics a report has, and in which order. */
interface Layout {
  /** By node, where its metrics begin. */
  readonly starts: ReadonlyMap<string, number>
  /** What was made of the layout alone. */
  readonly derived: Memory
  /** How many reports have had it. */
  reports: number
}

/** The metrics of one report, by node. */
export class NodeMetrics {
  /** In the order in which they were told, but those of a node one after the other. */
  readonly #all: readonly Metric[]
  readonly #layout: Layout
  /** Another number for each report whose metrics have the same {@link layout}. */
  readonly version: number

  /** @param earlier those of the same probe's report before */
  constructor(metrics: readonly Metric[], earlier?: NodeMetrics) {
    const isAlike = earlier !== undefined && isLaidOutAlike(earlier.#all, metrics)
    this.#all = isAlike ? metrics : nodeByNode(metrics)
    this.#layout =
      earlier !== undefined && (isAlike || isLaidOutAlike(earlier.#all, this.#all))
        ? earlier.#layout
        : { starts: startsIn(this.#all), derived: new Memory(), reports: 0 }
    this.#layout.reports += 1
    this.version = this.#layout.reports
  }

  /** What was made of which metrics there are; the next report has the same memory as long as it tells of the same ones in the same order. */
  get layout(): Memory {
    return this.#layout.derived
  }

  /** Where the metrics of a node begin, see {@link at}; undefined when it has none. */
  startOf(node: string): number | undefined {
    return this.#layout.starts.get(node)
  }

  /** A metric by its place. */
  at(place: number): Metric | undefined {
    return this.#all[place]
  }

  /** The metrics of a node. */
  of(node: string): readonly Metric[] {
    const start = this.startOf(node)
    if (start === undefined) return []
    let end = start
    while (this.#all[end]?.node === node) end++
    return this.#all.slice(start, end)
  }
}

const isLaidOutAlike = (before: readonly Metric[], now: readonly Metric[]): boolean => {
  if (before.length !== now.length) return false
  for (let i = 0; i < now.length; i++) {
    const [known, metric] = [before[i], now[i]]
    if (known?.node !== metric?.node || known?.id !== metric?.id) return false
  }
  return true
}

const nodeByNode = (metrics: readonly Metric[]): readonly Metric[] =>
  [...Map.groupBy(metrics, ({ node }) => node).values()].flat()

const startsIn = (metrics: readonly Metric[]): ReadonlyMap<string, number> => {
  const starts = new Map<string, number>()
  for (const [place, { node }] of metrics.entries()) if (!starts.has(node)) starts.set(node, place)
  return starts
}
