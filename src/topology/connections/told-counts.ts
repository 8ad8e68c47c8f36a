import { byId } from '../../report/delta/by-id.ts'
import type { ConnectionRecord, Report } from '../../report/schema.ts'

/** What a connection record counts that two reports are compared by. */
export type Counts = Pick<ConnectionRecord, 'opened' | 'failed' | 'bytesSent' | 'bytesReceived'>

/**
 * What happens is told within this time. So a record that an earlier report does not have, though all that it counts happened
 * longer ago, did not grow since: it was left out of that report, and told before.
 */
const TOLD_WITHIN_MS = 10_000

const NOTHING: Counts = { opened: 0, failed: 0, bytesSent: 0, bytesReceived: 0 }

/**
 * What an earlier report of the same epoch had told of all that a record counts: by a record of the same id, and by those whose
 * counts were added to this one since. What is more than that happened between the reports.
 *
 * @param before what the earlier report has by the id of the record. It is of no account when the record has begun anew since, so
 *   that its `sinceMs` is later
 */
export const toldCounts = (
  record: ConnectionRecord,
  before: ConnectionRecord | undefined,
  { connections, envelope }: Pick<Report, 'connections' | 'envelope'>,
): Counts => {
  if (before === undefined && hadHappened(record, envelope)) return record
  const own = before !== undefined && isContinued(before, record) ? before : NOTHING
  if (record.absorbed === undefined || record === before) return own
  const sum = { ...NOTHING }
  const add = (counts: Counts): void => {
    sum.opened += counts.opened
    sum.failed += counts.failed
    sum.bytesSent += counts.bytesSent
    sum.bytesReceived += counts.bytesReceived
  }
  add(own)
  const known = byId(connections)
  for (const id of record.absorbed.records) add(known.get(id) ?? NOTHING)
  return sum
}

/** Whether all that a record counts had been told, at some time, when an earlier report was made. @param envelope that of the report */
export const hadHappened = (
  { lastMs }: ConnectionRecord,
  { uptimeMs }: Pick<Report['envelope'], 'uptimeMs'>,
): boolean => lastMs + TOLD_WITHIN_MS < uptimeMs

/** Whether a record goes on from one of the same id, so that its totals include those of that. */
export const isContinued = (before: ConnectionRecord, record: ConnectionRecord): boolean =>
  record.sinceMs <= before.sinceMs
