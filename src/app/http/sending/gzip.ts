import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { parseAccept } from 'hono/utils/accept'

/** Of a view, a quarter more bytes than with the usual 6, in a quarter of the time. */
const LEVEL = 3

/** Compresses chunks, outside the main thread and no faster than the result is asked for. */
export async function* gzipped(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gzip = createGzip({ level: LEVEL })
  // An error also ends the iteration below.
  pipeline(Readable.from(chunks), gzip, () => {})
  yield* gzip
}

/** Whether a request's `Accept-Encoding` allows gzip. */
export const acceptsGzip = (header: string | undefined): boolean => {
  const accepted = parseAccept(header ?? '')
  const of = (type: string) => accepted.find((one) => one.type.toLowerCase() === type)
  return (of('gzip') ?? of('*') ?? { q: 0 }).q > 0
}
