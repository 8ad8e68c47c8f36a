import type { Context } from 'hono'
import { ApiError } from '../api-error.ts'
import type { AppEnv } from '../env.ts'
import { knownTag } from './entity-tags.ts'
import { acceptsGzip } from './gzip.ts'
import type { InFlight } from './in-flight.ts'
import type { SharedChunks } from './shared-chunks.ts'
import type { Coding, SharedDocument } from './shared-document.ts'
import { joinSmall, streamChunks } from './stream-chunks.ts'

/** Smaller answers are not worth compressing. */
export const COMPRESS_FROM_BYTES = 1400

/**
 * Answers with a document and its tag, or with 304 whoever has it already. Call it only after whoever asks has been found to be allowed
 * the document. A large one is sent while it is being made, as fast as the reader takes it and while there is room, and is counted in
 * {@link BytesInFlight} until it is sent.
 *
 * @param document the answer to this very request, so it is another one where the answer depends on who asks
 * @throws {ApiError} 503 when too much is being sent already
 */
export const answerDocument = async (c: Context<AppEnv>, document: SharedDocument): Promise<Response> => {
  const codings: Coding[] = acceptsGzip(c.req.header('accept-encoding')) ? ['gzip', 'identity'] : ['identity']
  const tags = codings.map((coding) => document.tag(coding))
  const known = knownTag(c.req.header('if-none-match'), tags)
  const about = { 'content-type': 'application/json', vary: 'Accept-Encoding' }
  if (known !== undefined) return c.body(null, 304, { etag: known, vary: about.vary })

  const plain = document.chunks('identity')
  await plain.chunk(0)
  const isSmall = (await plain.chunk(1)) === undefined
  const coding = isSmall && plain.byteLength < COMPRESS_FROM_BYTES ? 'identity' : (codings[0] ?? 'identity')
  const chunks = document.chunks(coding)
  const whole = isSmall ? await chunks.whole() : undefined
  const headers = {
    ...about,
    etag: document.tag(coding),
    ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    ...(chunks.isComplete ? { 'content-length': String(chunks.byteLength) } : {}),
  }
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  return c.body(whole ?? streamOf(c, chunks), 200, headers)
}

const streamOf = (c: Context<AppEnv>, chunks: SharedChunks): ReadableStream<Uint8Array> => {
  const { socket } = c.env.incoming
  const inFlight = c.get('sending').hold(chunks, () => socket.destroy())
  if (inFlight === undefined)
    throw new ApiError(503, 'busy', 'too many large answers are on their way at once; try again', {
      headers: { 'retry-after': '1' },
    })
  // Who waits for room is not closed as a connection on which nothing happens.
  const waits = (): unknown => socket.setTimeout(socket.timeout ?? 0)
  return streamChunks(joinSmall(withinRoom(chunks, inFlight, waits)), {
    progressed: () => inFlight.progressed(),
    ended: () => inFlight.release(),
  })
}

/** Waits until there is room for what has been made since the reader began. Ends when the reader was dropped. */
async function* withinRoom(
  chunks: SharedChunks,
  { grown }: InFlight,
  waits: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (!(await grown(waits))) throw new Error('the reader of an answer was dropped')
    yield chunk
  }
}
