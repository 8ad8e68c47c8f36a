import type { MetricRow } from '../../../api/types.ts'
import type { DatedSample } from '../../nodes/rows/metric-rows.ts'
import type { FoldedNode } from './fold.ts'
import { isMeanOfGroup } from './fold-metrics.ts'

/**
 * Samples within one slot are added up as if taken at the same time. A slot is as long as the slowest collector's
 * interval, or a multiple of it for thinned samples.
 */
const SLOT_MS = 5000

/**
 * For how many slots a value is carried forward when no new one arrives. Long enough for a late sample, short enough
 * to drop a node that is gone.
 */
const HOLD_SLOTS = 2

/** For groups of more nodes, there are no samples, because it would take too long for a request. */
const MAX_NODES = 200

/**
 * The metrics of a group with samples. Each sample is, as the value is, the sum over the group's nodes or their mean, one
 * per five seconds, or at the interval of thinned samples. A group of more than 200 nodes gets no samples.
 */
export const foldMetricsWithSamples = (
  rows: readonly MetricRow[],
  { nodes }: { readonly nodes: ReadonlyMap<string, FoldedNode> },
  samples: (nodeId: string, metricId: string) => readonly DatedSample[],
): MetricRow[] => {
  if (nodes.size > MAX_NODES) return rows.map((row) => ({ ...row, samples: [] }))
  return rows.map((row) => {
    const combine = isMeanOfGroup(row.id) ? meanSamples : sumSamples
    const combined = combine([...nodes.keys()].map((id) => samples(id, row.id)))
    const values = [row.value, ...combined.map(({ value }) => value)]
    return { ...row, min: Math.min(...values), max: Math.max(row.max, ...values), samples: combined }
  })
}

type Series = readonly (readonly DatedSample[])[]

/** Sums several series of samples, oldest first. Each sum is dated at the end of its slot. */
export const sumSamples = (series: Series): DatedSample[] => combineSamples(series, ({ sum }) => sum)

/** The means of several series of samples, each over the series that have a value at the time; dated as sums are. */
const meanSamples = (series: Series): DatedSample[] => combineSamples(series, ({ sum, count }) => sum / count)

/** What several series have in one slot: the sum of their values, and how many have one. */
interface Total {
  sum: number
  count: number
}

const combineSamples = (series: Series, shownOf: (total: Total) => number): DatedSample[] => {
  const slotMs = slotOf(series)
  const totals = new Map<number, Total>()
  const add = (slot: number, value: number): void => {
    const total = totals.get(slot) ?? { sum: 0, count: 0 }
    total.sum += value
    total.count += 1
    totals.set(slot, total)
  }
  for (const samples of series) {
    const bySlot = new Map<number, number>()
    for (const { date, value } of samples) bySlot.set(Math.floor(Date.parse(date) / slotMs), value)
    const slots = [...bySlot]
    slots.forEach(([slot, value], i) => {
      const next = slots[i + 1]?.[0] ?? slot + 1
      for (let at = slot; at < Math.min(next, slot + 1 + HOLD_SLOTS); at++) add(at, value)
    })
  }
  return [...totals]
    .sort(([a], [b]) => a - b)
    .map(([slot, total]) => ({
      date: new Date((slot + 1) * slotMs).toISOString(),
      value: Math.round(shownOf(total) * 100) / 100,
    }))
}

/** The length of a slot, in ms: the median interval of the longest series, rounded to a multiple of {@link SLOT_MS}. */
const slotOf = (series: Series): number => {
  const longest = series.reduce((a, b) => (b.length > a.length ? b : a), [])
  const gapsMs = longest.slice(1).map(({ date }, i) => Date.parse(date) - Date.parse(longest[i]?.date ?? ''))
  const usualMs = gapsMs.sort((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? SLOT_MS
  return Math.max(1, Math.round(usualMs / SLOT_MS)) * SLOT_MS
}
