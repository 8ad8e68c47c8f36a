import { Unpackr } from 'msgpackr'
import { checkConsistency, checkDelta } from '../consistency.ts'
import type { ReportMessage } from '../delta/delta-schema.ts'
import { defaultLimits, type ReportLimits } from '../limits.ts'
import { ReportError } from '../report-error.ts'
import type { Report } from '../schema.ts'
import { inspectMessagePack } from './msgpack-inspection.ts'
import { hasBase, validateDelta, validateReport } from './validation.ts'

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' })

/**
 * A whole report from its MessagePack bytes (already decompressed). What comes back is trusted from here on: shapes, limits,
 * ids and references have been checked.
 *
 * @throws {ReportError} with the field that is wrong and what was expected
 */
export const decodeReport = (bytes: Uint8Array, limits: ReportLimits = defaultLimits): Report =>
  wholeReport(unpack(bytes, limits), limits)

/**
 * A report, whole or as what changed, from its MessagePack bytes. Of a delta, what it refers to in its base is not checked
 * here (see `applyDelta`).
 *
 * @throws {ReportError} with the field that is wrong and what was expected
 */
export const decodeMessage = (bytes: Uint8Array, limits: ReportLimits = defaultLimits): ReportMessage => {
  const value = unpack(bytes, limits)
  if (!hasBase(value)) return wholeReport(value, limits)
  // Unpacked strings are slices of the whole body: each entity that stays would keep all of its delta in memory.
  const delta = validateDelta(structuredClone(value), limits)
  checkDelta(delta)
  return delta
}

const wholeReport = (value: unknown, limits: ReportLimits): Report => {
  const report = validateReport(value, limits)
  checkConsistency(report)
  return report
}

const unpack = (bytes: Uint8Array, limits: ReportLimits): unknown => {
  inspectMessagePack(bytes, limits)
  try {
    return unpackr.unpack(bytes)
  } catch (cause) {
    throw new ReportError('invalid_msgpack', 'the body is not MessagePack', { cause })
  }
}
