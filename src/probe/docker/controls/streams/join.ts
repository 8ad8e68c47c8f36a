import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StreamError } from '../../../../channel/errors.ts'
import { noteChunk, readNote } from '../../../../channel/notes.ts'
import type { ByteStream, Chunk, Exit } from '../../../../channel/stream.ts'
import { within } from '../../../../pacing/within.ts'
import type { TerminalSize } from '../../daemon/actions.ts'
import { demultiplex } from './demultiplex.ts'
import { terminalOutput } from './terminal-output.ts'

/** How {@link joinStreams} passes on what comes from the person at the other end. */
export interface InputSink {
  /** Takes what is typed; undefined when there is no input. */
  readonly to: Writable | undefined
  /** Called when no more input comes. */
  ended(): void
  /** Resolves once the terminal has this size, or a later one. */
  resize(size: TerminalSize): Promise<void>
}

/** How long what is typed waits for the size that was told before it. A Docker that hangs does not hold it up for longer. */
const SIZE_MS = 1000

/** Writes, and waits until more can be written. What has been closed takes everything. */
const writeAll = async (to: Writable, bytes: Uint8Array): Promise<void> => {
  if (!to.writable || to.write(bytes)) return
  const either = new AbortController()
  const { signal } = either
  try {
    await Promise.race([once(to, 'drain', { signal }), once(to, 'close', { signal })])
  } finally {
    either.abort()
  }
}

/**
 * Passes on input until it ends. What comes after the output has ended goes nowhere. Docker takes sizes by another connection
 * than input, so input waits until the size is set: a program that it starts must find the terminal as the person sees it.
 */
const passInput = async (stream: ByteStream, { to, ended, resize }: InputSink): Promise<void> => {
  // Without this option the end of the input would destroy the other direction as well.
  let sized: Promise<void> | undefined
  for await (const { lane, bytes } of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Chunk>) {
    if (lane === 'in' && to !== undefined) {
      if (sized !== undefined) await within(SIZE_MS, sized, () => {})
      sized = undefined
      await writeAll(to, bytes)
    }
    if (lane !== 'note') continue
    const note = readNote(bytes)
    if (note !== undefined && 'resize' in note) sized = resize(note.resize)
  }
  ended()
}

/**
 * Joins a stream with a connection of Docker until the connection ends, or the stream is destroyed. Each waits for the other:
 * when the person does not keep up, Docker is not read any more, and so the process is held up.
 *
 * @param output what Docker sends; destroyed when the stream is
 * @returns true when the output ended by itself, false when the stream was destroyed
 * @throws the error of the output, when it broke off
 */
export const joinStreams = async (
  stream: ByteStream,
  output: Readable,
  isMultiplexed: boolean,
  input: InputSink,
): Promise<boolean> => {
  const closed = (): void => void output.destroy()
  stream.once('close', closed)
  // An error is always followed by `close`, which tells all that matters here.
  stream.on('error', () => {})
  if (stream.destroyed) closed()
  passInput(stream, input).catch((error: unknown) => {
    if (!stream.destroyed) stream.destroy(error as Error)
  })
  try {
    await pipeline(output, isMultiplexed ? demultiplex : terminalOutput, stream, { end: false })
    return !stream.destroyed
  } catch (error) {
    if (stream.destroyed) return false
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
    throw new StreamError('the connection to Docker was closed')
  } finally {
    stream.off('close', closed)
  }
}

/** Ends a stream after its output: first tells how the process ended, if that is known. */
export const endStream = (stream: ByteStream, exit: Exit | undefined): void => {
  if (stream.destroyed) return
  if (exit !== undefined) stream.write(noteChunk({ exit }))
  stream.end()
}
