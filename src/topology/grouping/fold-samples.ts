import type { DatedSample } from '../nodes/metric-rows.ts'
import type { MetricRow } from '../types.ts'
import type { Fold } from './fold.ts'

/** Samples of one slot count as taken together: it is as long as the slowest collector takes from one to the next. */
const SLOT_MS = 5000

/** A value counts on for so many slots when no new one comes: one that came late, not one of a node that is gone. */
const HOLD_SLOTS = 2

/** Of more nodes than this the samples are not summed: it would take longer than anybody waits for a card. */
const MAX_NODES = 200

/**
 * The metrics of a node that stands for several with samples: the sums of those of its nodes, one for every five seconds. None for one of
 * more than 200 nodes.
 */
export const foldMetricsWithSamples = (
  rows: readonly MetricRow[],
  { nodes }: Pick<Fold, 'nodes'>,
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
  const sums = new Map<number, number>()
  for (const samples of series) {
    const bySlot = new Map<number, number>()
    for (const { date, value } of samples) bySlot.set(Math.floor(Date.parse(date) / SLOT_MS), value)
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
      date: new Date((slot + 1) * SLOT_MS).toISOString(),
      value: Math.round(value * 100) / 100,
    }))
}
