import type { ReportMessage } from '../../delta/delta-schema.ts'
import type { ReportLimits } from '../../limits.ts'
import { sizedDeltaSchema, sizedReportSchema } from '../validation.ts'
import { MessageBytes, Unreadable } from './message-bytes.ts'
import { MAX_FIELD_NAME, readerOf } from './reader-of.ts'
import type { Texts } from './texts.ts'

const delta = readerOf(sizedDeltaSchema)
const report = readerOf(sizedReportSchema)

/**
 * Reads a message from MessagePack, and checks it by the schema as it is read.
 *
 * @returns undefined when it is not what probes send; whether it is valid nevertheless, and if not, why, the schema has to say
 */
export const readMessage = (
  bytes: Uint8Array,
  limits: ReportLimits,
  texts: Texts,
): ReportMessage | undefined => {
  for (const { read, depth } of [delta, report]) {
    if (depth > limits.depth || MAX_FIELD_NAME > limits.valueLength) continue
    try {
      const source = new MessageBytes(bytes, limits, texts)
      const message = read(source)
      if (source.isAtEnd) return message
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
    }
  }
  return undefined
}
