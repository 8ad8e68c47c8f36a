import type { MetricRow } from '../../../api/types.ts'
import type { DatedSample } from '../../nodes/rows/metric-rows.ts'
import type { FoldedNode } from './fold.ts'

/**
 * Samples within one slot are summed as if taken at the same time. A slot is as long as the slowest collector's
 * interval, or a multiple of it for thinned samples.
 */
const SLOT_MS = 5000

/**
 * For how many slots a value is carried forward when no new one arrives. Long enough for a late sample, short enough
 * to drop a node that is gone.
 */
const HOLD_SLOTS = 2

/** For groups of more nodes, samples are not summed, because it would take too long for a request. */
const MAX_NODES = 200

/**
 * The metrics of a group with samples. Each sample is the sum over the group's nodes, one per five seconds, or at the
 * interval of thinned samples. A group of more than 200 nodes gets no samples.
 */
export const foldMetricsWithSamples = (
  rows: readonly MetricRow[],
  { nodes }: { readonly nodes: ReadonlyMap<string, FoldedNode> },
  samples: (nodeId: string, metricId: string) => readonly DatedSample[],
): MetricRow[] => {
  if (nodes.size > MAX_NODES) return rows.map((row) => ({ ...row, samples: [] }))
  return rows.map((row) => {
    const summed = sumSamples([...nodes.keys()].map((id) => samples(id, row.id)))
    const values = [row.value, ...summed.map(({ value }) => value)]
    return { ...row, min: Math.min(...values), max: Math.max(row.max, ...values), samples: summed }
  })
}

/** Sums several series of samples, oldest first. Each sum is dated at the end of its slot. */
export const sumSamples = (series: readonly (readonly DatedSample[])[]): DatedSample[] => {
  const slotMs = slotOf(series)
  const sums = new Map<number, number>()
  for (const samples of series) {
    const bySlot = new Map<number, number>()
    for (const { date, value } of samples) bySlot.set(Math.floor(Date.parse(date) / slotMs), value)
    const slots = [...bySlot]
    slots.forEach(([slot, value], i) => {
      const next = slots[i + 1]?.[0] ?? slot + 1
      for (let at = slot; at < Math.min(next, slot + 1 + HOLD_SLOTS); at++)
        sums.set(at, (sums.get(at) ?? 0) + value)
    })
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([slot, value]) => ({
      date: new Date((slot + 1) * slotMs).toISOString(),
      value: Math.round(value * 100) / 100,
    }))
}

/** The length of a slot, in ms: the median interval of the longest series, rounded to a multiple of {@link SLOT_MS}. */
const slotOf = (series: readonly (readonly DatedSample[])[]): number => {
  const longest = series.reduce((a, b) => (b.length > a.length ? b : a), [])
  const gapsMs = longest.slice(1).map(({ date }, i) => Date.parse(date) - Date.parse(longest[i]?.date ?? ''))
  const usualMs = gapsMs.sort((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? SLOT_MS
  return Math.max(1, Math.round(usualMs / SLOT_MS)) * SLOT_MS
}
