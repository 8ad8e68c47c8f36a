import { setImmediate } from 'node:timers/promises'

/** Approximate size of a chunk: enough to keep the network busy, little to hold in memory. */
export const CHUNK_LENGTH = 64 * 1024

/** Callbacks on the progress of {@link streamChunks}. */
export interface StreamWatcher {
  /** Called when the reader asks for a chunk, so it has taken the one before. */
  readonly progressed?: () => void
  /** Called once: when everything was read, the stream was cancelled, or making a chunk failed. */
  readonly ended: () => void
}

/**
 * A stream whose chunks are made on demand, yielding to the event loop between chunks. It waits for its reader without
 * a timeout: whoever watches the connection drops a reader that stalls, which cancels the stream.
 */
export const streamChunks = (
  chunks: Iterator<Uint8Array> | AsyncIterator<Uint8Array>,
  { progressed, ended }: StreamWatcher,
): ReadableStream<Uint8Array> => {
  let isOver = false
  const end = (): void => {
    if (!isOver) ended()
    isOver = true
  }
  const nextChunk = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    try {
      return await chunks.next()
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
      const { done, value } = await nextChunk()
      if (isOver) return
      if (done) {
        end()
        controller.close()
      } else controller.enqueue(value)
    },
    cancel: end,
  })
}

/** What a reader is given at first, so that it need not wait for more. */
const FIRST_BYTES = 1024

/** Joins chunks that are much smaller than {@link CHUNK_LENGTH}, such as compressed ones: each that is sent is a call of the kernel. */
export async function* joinSmall(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let leastBytes = FIRST_BYTES
  for await (const chunk of chunks) {
    held.push(chunk)
    heldBytes += chunk.byteLength
    if (heldBytes < leastBytes) continue
    yield held.length === 1 ? chunk : Buffer.concat(held)
    held = []
    heldBytes = 0
    leastBytes = CHUNK_LENGTH / 2
  }
  if (held.length > 0) yield Buffer.concat(held)
}

/** Splits bytes into chunks that are views of them, not copies. */
export function* chunksOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_LENGTH) yield bytes.subarray(at, at + CHUNK_LENGTH)
}

const encoder = new TextEncoder()

/** Text as UTF-8, in memory of its own: of what `Buffer.from` makes, short ones hold the 64 kB of which Node has cut them as long as they are kept. */
export const encodeText = (text: string): Uint8Array => encoder.encode(text)

/** Joins small pieces of text into UTF-8 chunks. */
export function* chunksOfText(pieces: Iterable<string>): Generator<Uint8Array> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < CHUNK_LENGTH) continue
    yield encodeText(text)
    text = ''
  }
  if (text !== '') yield encodeText(text)
}
