import { Unpackr } from 'msgpackr'
import { checkConsistency, checkDelta } from '../consistency.ts'
import { isDelta, type ReportMessage } from '../delta/delta-schema.ts'
import { defaultLimits, type ReportLimits } from '../limits.ts'
import { ReportError } from '../report-error.ts'
import type { Report } from '../schema.ts'
import { inspectMessagePack } from './msgpack-inspection.ts'
import { readMessage } from './reading/read-message.ts'
import { Texts } from './reading/texts.ts'
import { checkSizes, hasBase, validateDelta, validateReport } from './validation.ts'

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' })

/**
 * Decodes a whole report from uncompressed MessagePack. The result can be trusted: shapes, limits, ids and references
 * have been checked.
 *
 * @throws {ReportError} with the field that is wrong and what was expected
 */
export const decodeReport = (bytes: Uint8Array, limits: ReportLimits = defaultLimits): Report =>
  wholeReport(unpack(bytes, limits), limits)

/**
 * Decodes a whole report or a delta from uncompressed MessagePack. What a delta refers to in its base is not checked
 * here (see `applyDelta`).
 *
 * @param texts those of earlier messages: a text that is there again is the same string
 * @throws {ReportError} with the field that is wrong and what was expected
 */
export const decodeMessage = (
  bytes: Uint8Array,
  limits: ReportLimits = defaultLimits,
  texts: Texts = new Texts(),
): ReportMessage => {
  const message = readMessage(bytes, limits, texts)
  return message === undefined ? decodeBySchema(bytes, limits) : checked(message, limits)
}

/** As {@link decodeMessage}, by the schema itself: slow, but it says what is wrong. */
export const decodeBySchema = (bytes: Uint8Array, limits: ReportLimits = defaultLimits): ReportMessage => {
  const value = unpack(bytes, limits)
  if (!hasBase(value)) return wholeReport(value, limits)
  // Strings from the unpacker are slices of the whole body. Entities outlive their delta, so without a copy each of
  // them would keep its entire delta in memory.
  const delta = validateDelta(structuredClone(value), limits)
  checkDelta(delta)
  return delta
}

const checked = (message: ReportMessage, limits: ReportLimits): ReportMessage => {
  checkSizes(message, limits)
  if (isDelta(message)) checkDelta(message)
  else checkConsistency(message)
  return message
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
