import { setImmediate } from 'node:timers/promises'

/** Text is sent in chunks of about so much. */
const CHUNK_LENGTH = 64 * 1024

/** How {@link streamPieces} goes about it. */
export interface StreamPiecesOptions {
  /** A reader that takes nothing for so long is given up. */
  readonly patienceMs: number
  /** Called once: when all is read, when nobody reads any more, or when a piece cannot be made. */
  readonly ended: () => void
}

/** A stream of pieces of text that are made as they are read, with everything else having its turn in between. */
export const streamPieces = (
  pieces: Iterator<string>,
  { patienceMs, ended }: StreamPiecesOptions,
): ReadableStream<Uint8Array> => {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const end = (): void => {
    clearTimeout(timer)
    if (!isOver) ended()
    isOver = true
  }
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(timer)
      await setImmediate()
      if (isOver) return
      const { text, done } = chunkOf(pieces, end)
      if (text !== '') controller.enqueue(Buffer.from(text))
      if (done) {
        end()
        controller.close()
        return
      }
      timer = setTimeout(() => {
        end()
        controller.error(new Error(`nothing was read for ${patienceMs} ms`))
      }, patienceMs)
    },
    cancel: end,
  })
}

const chunkOf = (pieces: Iterator<string>, failed: () => void): { text: string; done: boolean } => {
  try {
    return nextChunk(pieces)
  } catch (error) {
    failed()
    throw error
  }
}

const nextChunk = (pieces: Iterator<string>): { text: string; done: boolean } => {
  let text = ''
  while (text.length < CHUNK_LENGTH) {
    const next = pieces.next()
    if (next.done) return { text, done: true }
    text += next.value
  }
  return { text, done: false }
}
