import { promisify } from 'node:util'
import { constants, gzip, gzipSync, type ZstdOptions, zstdCompress, zstdCompressSync } from 'node:zlib'
import { Packr } from 'msgpackr'
import type { ReportMessage } from '../delta/delta-schema.ts'

const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true })
const compress = promisify(gzip)
const compressZstd = promisify(zstdCompress)
const FAST = { level: 1 }

/** Smaller bodies fit in one packet uncompressed. */
const COMPRESS_FROM_BYTES = 1400
/** Smaller bodies are compressed on the spot, which is faster than handing them to the thread pool. */
const COMPRESS_APART_FROM_BYTES = 64 * 1024

/** How a body may be compressed. Every app takes gzip; zstd is smaller for less CPU (`npm run bench -- compression`). */
export type ContentCoding = 'gzip' | 'zstd'

/** A body of `POST /api/report`. */
export interface EncodedMessage {
  readonly body: Uint8Array
  /** To be sent as `Content-Encoding`; undefined when it is not compressed. */
  readonly coding: ContentCoding | undefined
}

/**
 * There is room for all that may come out, even if nothing can be compressed. Where the result fills a chunk exactly, Node asks zstd for
 * more, and gets the frame of an empty text behind that of the report.
 */
const zstdFast = ({ length }: Uint8Array): ZstdOptions => ({
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
  chunkSize: length + Math.ceil(length / 128) + 1024,
})

const compressors = {
  gzip: {
    now: (bytes: Uint8Array) => gzipSync(bytes, FAST),
    apart: (bytes: Uint8Array) => compress(bytes, FAST),
  },
  zstd: {
    now: (bytes: Uint8Array) => zstdCompressSync(bytes, zstdFast(bytes)),
    apart: (bytes: Uint8Array) => compressZstd(bytes, zstdFast(bytes)),
  },
}

/** Encodes a report or delta for sending: MessagePack, compressed unless it is small. @param by what the app takes */
export const encodeMessage = async (
  message: ReportMessage,
  by: ContentCoding = 'gzip',
): Promise<EncodedMessage> => {
  const packed = packr.pack(message)
  if (packed.length < COMPRESS_FROM_BYTES) return { body: packed, coding: undefined }
  const { now, apart } = compressors[by]
  return { body: packed.length < COMPRESS_APART_FROM_BYTES ? now(packed) : await apart(packed), coding: by }
}

/** Does to a report or delta that is MessagePack already what {@link encodeMessage} does to it, on the spot whatever its size. */
export const compressPacked = (packed: Uint8Array, by: ContentCoding = 'gzip'): EncodedMessage =>
  packed.length < COMPRESS_FROM_BYTES
    ? { body: packed.slice(), coding: undefined }
    : { body: compressors[by].now(packed), coding: by }

/** Encodes a report or delta as MessagePack, always gzipped (send it with `Content-Encoding: gzip`). */
export const encodeReport = async (message: ReportMessage): Promise<Uint8Array> =>
  compress(packr.pack(message), FAST)
