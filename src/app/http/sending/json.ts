import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ApiError } from '../api-error.ts'
import type { AppEnv } from '../env.ts'
import { chunksOfBytes, streamChunks } from './stream-chunks.ts'

/** Answers of this size or more are streamed in pieces, as fast as the reader takes them. */
const LARGE_BYTES = 64 * 1024

/**
 * A JSON response with a `Content-Length`, by which the compression middleware decides whether to compress it. A large
 * body is streamed without copying it, and is counted in {@link BytesInFlight} until it is sent.
 *
 * @param json text, or its UTF-8 bytes; pass the same object to all who get the same answer, so that it counts once
 * @throws {ApiError} 503 when too much is being sent already
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
