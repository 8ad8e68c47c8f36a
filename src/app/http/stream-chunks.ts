import { setImmediate } from 'node:timers/promises'

/** A chunk is of about so much: enough for the network, little to hold. */
const CHUNK_LENGTH = 64 * 1024

/** Who is told how it goes with {@link streamChunks}. */
export interface StreamWatcher {
  /** The reader took a chunk. */
  readonly progressed?: () => void
  /** Called once: when all is read, when nobody reads any more, or when a chunk cannot be made. */
  readonly ended: () => void
}

/**
 * A stream of chunks that are made as they are read, with everything else having its turn in between. It waits for its
 * reader: one who takes nothing is given up by whoever looks after the connection, which cancels the stream.
 */
export const streamChunks = (
  chunks: Iterator<Uint8Array>,
  { progressed, ended }: StreamWatcher,
): ReadableStream<Uint8Array> => {
  let isOver = false
  const end = (): void => {
    if (!isOver) ended()
    isOver = true
  }
  const nextChunk = (): IteratorResult<Uint8Array, unknown> => {
    try {
      return chunks.next()
    } catch (error) {
      end()
      throw error
    }
  }
  return new ReadableStream({
    async pull(controller) {
      progressed?.()
      await setImmediate()
      if (isOver) return
      const { done, value } = nextChunk()
      if (done) {
        end()
        controller.close()
      } else controller.enqueue(value)
    },
    cancel: end,
  })
}

/** Bytes in chunks that are parts of them, not copies. */
export function* chunksOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_LENGTH) yield bytes.subarray(at, at + CHUNK_LENGTH)
}

/** Text that is made in small pieces, in chunks of UTF-8. */
export function* chunksOfText(pieces: Iterable<string>): Generator<Uint8Array> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < CHUNK_LENGTH) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}
