import type { MetricRow } from '../../../api/types.ts'
import type { DatedSample } from '../../nodes/rows/metric-rows.ts'
import type { FoldedNode } from './fold.ts'

/**
 * Samples of one slot count as taken together: it is as long as the slowest collector takes from one to the next, or a multiple
 * of it for samples that were thinned.
 */
const SLOT_MS = 5000

/** A value counts on for so many slots when no new one comes: one that came late, not one of a node that is gone. */
const HOLD_SLOTS = 2

/** Of more nodes than this the samples are not summed: it would take longer than anybody waits for a card. */
const MAX_NODES = 200

/**
 * The metrics of a node that stands for several with samples: the sums of those of its nodes, one for every five seconds (or as far
 * apart as thinned ones are). None for one of
 * more than 200 nodes.
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

/** The sum of several series, oldest first; dated by the end of each slot. */
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

/** By the longest series: how far apart its samples usually are. */
const slotOf = (series: readonly (readonly DatedSample[])[]): number => {
  const longest = series.reduce((a, b) => (b.length > a.length ? b : a), [])
  const gapsMs = longest.slice(1).map(({ date }, i) => Date.parse(date) - Date.parse(longest[i]?.date ?? ''))
  const usualMs = gapsMs.sort((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? SLOT_MS
  return Math.max(1, Math.round(usualMs / SLOT_MS)) * SLOT_MS
}
