import { crc32 } from 'node:zlib'
import { parseAccept } from 'hono/utils/accept'
import type { DeflatedChunks } from './deflated-chunks.ts'

/** RFC 1952, 2.3: compressed by DEFLATE, no flags, no time, made on an unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
/** The last block of DEFLATE, with nothing in it. */
const LAST_BLOCK = Uint8Array.of(3, 0)

/** Compresses chunks as one gzip member (RFC 1952), no faster than the result is asked for. */
export async function* gzipped(
  chunks: AsyncIterable<Uint8Array>,
  deflated: DeflatedChunks,
): AsyncGenerator<Uint8Array, void, undefined> {
  let checksum = 0
  let sizeBytes = 0
  yield HEADER
  for await (const chunk of chunks) {
    checksum = crc32(chunk, checksum)
    sizeBytes += chunk.byteLength
    yield await deflated.of(chunk)
  }
  const end = Buffer.alloc(LAST_BLOCK.length + 8)
  end.set(LAST_BLOCK)
  end.writeUInt32LE(checksum, LAST_BLOCK.length)
  end.writeUInt32LE(sizeBytes % 2 ** 32, LAST_BLOCK.length + 4)
  yield end
}

/** Whether a request's `Accept-Encoding` allows gzip. */
export const acceptsGzip = (header: string | undefined): boolean => {
  const accepted = parseAccept(header ?? '')
  const of = (type: string) => accepted.find((one) => one.type.toLowerCase() === type)
  return (of('gzip') ?? of('*') ?? { q: 0 }).q > 0
}
