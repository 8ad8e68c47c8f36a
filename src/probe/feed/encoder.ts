import { makeDelta } from '../../report/delta/make-delta.ts'
import { type ContentCoding, type EncodedMessage, encodeMessage } from '../../report/encoding/encoding.ts'
import { hashBody } from '../../report/proof/proof.ts'
import type { Report } from '../../report/schema.ts'

/** How an app gets a report. */
export interface Wanted {
  readonly epoch: string
  /** The longest pause that the app is told of. */
  readonly intervalMs: number
  /** What the app holds; undefined = it needs the whole report. Its metrics are not looked at. */
  readonly base: Report | undefined
  /** By what the body may be compressed; gzip unless told otherwise. */
  readonly coding?: ContentCoding
}

/** A message as it is sent. */
export interface Encoded extends EncodedMessage {
  /** SHA-256 of the body, lower-case hex. */
  readonly bodySha256: string
}

const encode = async (report: Report, { epoch, intervalMs, base, coding }: Wanted): Promise<Encoded> => {
  const own = { ...report, envelope: { ...report.envelope, epoch, intervalMs } }
  const message = await encodeMessage(base === undefined ? own : makeDelta(base, own), coding)
  return { ...message, bodySha256: hashBody(message.body) }
}

/**
 * Creates a function that encodes reports of one feed, and returns the same message to all who want the same. A base is told by
 * its envelope, which no other report has: reports with the same number differ where limits do.
 */
export const createEncoder = (): ((report: Report, wanted: Wanted) => Promise<Encoded>) => {
  const made = new WeakMap<Report, Map<Report['envelope'] | undefined, Map<string, Promise<Encoded>>>>()
  return (report, wanted) => {
    const ofReport =
      made.get(report) ?? new Map<Report['envelope'] | undefined, Map<string, Promise<Encoded>>>()
    made.set(report, ofReport)
    const envelope = wanted.base?.envelope
    const ofBase = ofReport.get(envelope) ?? new Map<string, Promise<Encoded>>()
    ofReport.set(envelope, ofBase)
    const key = [wanted.epoch, wanted.intervalMs, wanted.coding].join(' ')
    const known = ofBase.get(key) ?? encode(report, wanted)
    ofBase.set(key, known)
    return known
  }
}
