import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'
import { Packr } from 'msgpackr'
import type { ReportMessage } from '../delta/delta-schema.ts'

const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true })
const compress = promisify(gzip)
const FAST = { level: 1 }

/** Smaller bodies fit in one packet uncompressed. */
const COMPRESS_FROM_BYTES = 1400
/** Smaller bodies are compressed on the spot, which is faster than handing them to the thread pool. */
const COMPRESS_APART_FROM_BYTES = 64 * 1024

/** A body of `POST /api/report`. */
export interface EncodedMessage {
  readonly body: Uint8Array
  /** To be sent with `Content-Encoding: gzip`. */
  readonly gzip: boolean
}

/** Encodes a report or delta for sending: MessagePack, gzipped unless it is small. */
export const encodeMessage = async (message: ReportMessage): Promise<EncodedMessage> => {
  const packed = packr.pack(message)
  if (packed.length < COMPRESS_FROM_BYTES) return { body: packed, gzip: false }
  if (packed.length < COMPRESS_APART_FROM_BYTES) return { body: gzipSync(packed, FAST), gzip: true }
  return { body: await compress(packed, FAST), gzip: true }
}

/** Encodes a report or delta as MessagePack, always gzipped (send it with `Content-Encoding: gzip`). */
export const encodeReport = async (message: ReportMessage): Promise<Uint8Array> =>
  compress(packr.pack(message), FAST)
