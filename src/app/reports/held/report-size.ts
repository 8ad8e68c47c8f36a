import { keyedSections, type ReportDelta } from '../../../report/delta/delta-schema.ts'
import { findInOrder } from '../../../report/delta/find-in-order.ts'
import type { Metric, Report } from '../../../report/schema.ts'

/** How large a report is that is held, about as many bytes as it takes as MessagePack. */
export interface ReportSize {
  /** All of it. */
  readonly bytes: number
  /** Its entities that are replaced and removed by id. */
  readonly entityBytes: number
}

/** A length, or a type, before what it is of. */
const HEAD_BYTES = 3
const NUMBER_BYTES = 5

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return HEAD_BYTES + Buffer.byteLength(value)
  if (typeof value === 'number') return NUMBER_BYTES
  if (typeof value !== 'object' || value === null) return 1
  let bytes = HEAD_BYTES
  if (Array.isArray(value)) for (const item of value) bytes += sizeOf(item)
  // `Object.keys` would make a list for each of thousands of entities.
  else for (const key in value) bytes += 1 + key.length + sizeOf((value as Record<string, unknown>)[key])
  return bytes
}

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** By how much {@link sizeOf} of one value is more than of another. Where both say the same, as in most fields, it looks no further. */
const growthOf = (before: unknown, now: unknown): number => {
  if (before === now || (typeof before === 'number' && typeof now === 'number')) return 0
  if (!isRecord(before) || !isRecord(now)) return sizeOf(now) - sizeOf(before)
  let bytes = 0
  for (const key in now)
    bytes += Object.hasOwn(before, key) ? growthOf(before[key], now[key]) : 1 + key.length + sizeOf(now[key])
  for (const key in before) if (!Object.hasOwn(now, key)) bytes -= 1 + key.length + sizeOf(before[key])
  return bytes
}

const sizeOfAll = (entities: Iterable<unknown>): number => {
  let bytes = 0
  for (const entity of entities) bytes += sizeOf(entity)
  return bytes
}

/** Of each report, since most of its metrics are new in it. */
const sizeOfMetrics = (metrics: readonly Metric[]): number => {
  let bytes = 0
  for (const { node, id, samples } of metrics)
    bytes += 4 * HEAD_BYTES + node.length + id.length + 2 * NUMBER_BYTES * samples.length
  return bytes
}

const withRest = (entityBytes: number, { host, probe, omitted, metrics }: Report): ReportSize => ({
  bytes: entityBytes + sizeOf([host, probe, omitted]) + sizeOfMetrics(metrics),
  entityBytes,
})

/** The size of a report that was sent whole. */
export const sizeOfReport = (report: Report): ReportSize =>
  withRest(
    keyedSections.reduce((bytes, section) => bytes + sizeOfAll(report[section]), 0),
    report,
  )

/**
 * The size of a report that was sent as a delta: what has changed is measured, not all of it.
 *
 * @param report the delta applied to its base
 */
export const sizeAfterDelta = (
  { entityBytes }: ReportSize,
  base: Report,
  delta: ReportDelta,
  report: Report,
): ReportSize => {
  let bytes = entityBytes
  for (const section of keyedSections) {
    const [changed, removed] = [delta[section], delta.removed[section]]
    if (changed.length === 0 && removed.length === 0) continue
    const find = findInOrder<{ readonly id: string }>(base[section])
    for (const entity of changed) {
      const before = find(entity.id)
      bytes += before === undefined ? sizeOf(entity) : growthOf(before, entity)
    }
    for (const id of removed) {
      const before = find(id)
      if (before !== undefined) bytes -= sizeOf(before)
    }
  }
  return withRest(bytes, report)
}
