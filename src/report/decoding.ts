import { Unpackr } from 'msgpackr'
import { checkConsistency } from './consistency.ts'
import { defaultLimits, type ReportLimits } from './limits.ts'
import { inspectMessagePack } from './msgpack-inspection.ts'
import { ReportError } from './report-error.ts'
import type { Report } from './schema.ts'
import { validateReport } from './validation.ts'

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' })

/**
 * A report from its MessagePack bytes (already decompressed). What comes back is trusted from here on: shapes, limits,
 * ids and references have been checked.
 *
 * @throws {ReportError} with the field that is wrong and what was expected
 */
export const decodeReport = (bytes: Uint8Array, limits: ReportLimits = defaultLimits): Report => {
  inspectMessagePack(bytes, limits)
  const report = validateReport(unpack(bytes), limits)
  checkConsistency(report)
  return report
}

const unpack = (bytes: Uint8Array): unknown => {
  try {
    return unpackr.unpack(bytes)
  } catch (cause) {
    throw new ReportError('invalid_msgpack', 'the body is not MessagePack', { cause })
  }
}
