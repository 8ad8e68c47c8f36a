import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { type ByteStream, type Chunk, type Exit, noteSchema } from '../../../channel/stream.ts'
import type { Output } from '../../terminal/output.ts'
import { createDetachKeys } from './detach-keys.ts'

/** Size of a terminal in cells. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** What a session is joined with on this side. */
export interface SessionIo {
  readonly input: Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>
  readonly output: Output
  readonly errors: Output
  /** Undefined where there is no terminal. */
  size(): TerminalSize | undefined
  /** @returns stops it */
  onResize(listener: () => void): () => void
}

/** How a session ended: by its process, without telling how, or because the person has left it. */
export type SessionEnd = { readonly exit?: Exit } | { readonly left: true }

/** What {@link runSession} needs beside the stream. */
export interface SessionOptions {
  /** Whether the other end is a terminal. */
  readonly tty: boolean
  readonly io: SessionIo
  /** Keys that leave it; only used with `tty`. */
  readonly detachKeys: Uint8Array
  /** Whether the connection is lost at the moment: then Ctrl+C leaves, too, since nobody else would get it. */
  readonly isLost: () => boolean
  /** Sees the output of a terminal. */
  readonly onOutput?: (bytes: Uint8Array) => void
  readonly signal: AbortSignal
}

const CTRL_C = 3

/**
 * Passes bytes between a session and this process until either is done. The end of the input is passed on, and output goes on.
 *
 * @throws what the stream failed with
 * @throws {OutputClosedError} when nobody reads the output any more
 * @throws the reason of the signal
 */
export const runSession = async (stream: ByteStream, options: SessionOptions): Promise<SessionEnd> => {
  const { tty, io, signal } = options
  const aborting = (): void => void stream.destroy(signal.reason as Error)
  if (signal.aborted) throw signal.reason
  signal.addEventListener('abort', aborting)
  const resize = (): void => {
    const size = io.size()
    if (size !== undefined)
      stream.write({ lane: 'note', bytes: Buffer.from(JSON.stringify({ resize: size })) })
  }
  const stopResizing = tty ? io.onResize(resize) : () => undefined
  if (tty) resize()
  const input = passInput(stream, options)
  try {
    return await Promise.race([passOutput(stream, options), input.left])
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error
  } finally {
    signal.removeEventListener('abort', aborting)
    stopResizing()
    input.stop()
    stream.on('error', () => undefined)
    stream.destroy()
  }
}

const passOutput = async (stream: ByteStream, { io, onOutput }: SessionOptions): Promise<SessionEnd> => {
  let exit: Exit | undefined
  for await (const { lane, bytes } of stream as AsyncIterable<Chunk>) {
    if (lane === 'note') exit = exitIn(bytes) ?? exit
    else if (lane === 'err') await io.errors.write(bytes)
    else {
      onOutput?.(bytes)
      await io.output.write(bytes)
    }
  }
  return exit === undefined ? {} : { exit }
}

const exitIn = (bytes: Uint8Array): Exit | undefined => {
  const note = noteSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  return 'exit' in note ? note.exit : undefined
}

interface Input {
  /** Resolves when the keys that leave were pressed; otherwise never. */
  readonly left: Promise<SessionEnd>
  stop(): void
}

const passInput = (stream: ByteStream, { tty, io, detachKeys, isLost }: SessionOptions): Input => {
  const { input } = io
  const typed = createDetachKeys(detachKeys)
  const stopped = new AbortController()
  let leave: (end: SessionEnd) => void = () => undefined
  const left = new Promise<SessionEnd>((resolve) => {
    leave = resolve
  })
  const take = (bytes: Buffer): void => {
    const { bytes: passed, leaves } = tty ? typed(bytes) : { bytes, leaves: false }
    if (passed.length > 0 && !stream.write({ lane: 'in', bytes: Buffer.from(passed) })) {
      input.pause()
      once(stream, 'drain', { signal: stopped.signal }).then(
        () => input.resume(),
        () => undefined,
      )
    }
    if (leaves || (tty && isLost() && bytes.includes(CTRL_C))) leave({ left: true })
  }
  const end = (): void => {
    // A terminal that ends is closed.
    if (tty) leave({ left: true })
    else stream.end()
  }
  input.on('data', take)
  input.once('end', end)
  input.once('error', end)
  return {
    left,
    stop: () => {
      stopped.abort()
      input.removeListener('data', take)
      input.removeListener('end', end)
      input.removeListener('error', end)
      input.pause()
    },
  }
}
