import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/**
 * An answer of JSON that knows its length, by which it is decided whether to compress it.
 *
 * @param json text, or its UTF-8 bytes
 */
export const answerJson = (
  c: Context,
  json: string | Uint8Array<ArrayBuffer>,
  status: ContentfulStatusCode = 200,
): Response =>
  c.body(json, status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(json)),
  })
