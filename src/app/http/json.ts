import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ApiError } from './api-error.ts'
import type { AppEnv } from './env.ts'
import { chunksOfBytes, streamChunks } from './stream-chunks.ts'

/** An answer from here on is sent piece by piece, as its reader takes it. */
const LARGE_BYTES = 64 * 1024

/**
 * An answer of JSON that knows its length, by which it is decided whether to compress it. A large one is sent without a copy of
 * it being made, and is counted as long as it is on its way.
 *
 * @param json text, or its UTF-8 bytes: the same object for all who are answered the same
 * @throws {ApiError} 503 when too much is on its way already
 */
export const answerJson = (
  c: Context<AppEnv>,
  json: string | Uint8Array<ArrayBuffer>,
  status: ContentfulStatusCode = 200,
): Response => {
  const sizeBytes = Buffer.byteLength(json)
  const headers = { 'content-type': 'application/json', 'content-length': String(sizeBytes) }
  if (c.req.method === 'HEAD') return c.body(null, status, headers)
  if (sizeBytes < LARGE_BYTES) return c.body(json, status, headers)
  return c.body(largeBody(c, typeof json === 'string' ? Buffer.from(json) : json), status, headers)
}

const largeBody = (c: Context<AppEnv>, bytes: Uint8Array): ReadableStream<Uint8Array> => {
  const inFlight = c.get('sending')?.hold(bytes, () => c.env.incoming.socket.destroy())
  if (inFlight === undefined)
    throw new ApiError(503, 'busy', 'too many large answers are on their way at once; try again', {
      headers: { 'retry-after': '1' },
    })
  return streamChunks(chunksOfBytes(bytes), {
    progressed: () => inFlight.progressed(),
    ended: () => inFlight.release(),
  })
}
