import { noteChunk, readNote } from '../../../channel/notes.ts'
import type { ByteStream, Chunk, Exit } from '../../../channel/stream.ts'
import type { Terminal } from './terminal.ts'

/** What a terminal reads as the end of input, at the start of a line (Ctrl-D). */
const END_OF_INPUT = Buffer.from([4])
/** How often it is typed again, until the program has ended: what runs on the terminal may have taken the one before. */
const END_AGAIN_MS = 500
/** How long a terminal has to be silent after its program has ended, until all of its output is taken to be here. */
const QUIET_MS = 100
/**
 * Most that is still passed on after the program has ended, more than a terminal holds: its jobs in the background may
 * write for ever, since the kernel hangs up a pseudo-terminal only when its other end is closed.
 */
const MAX_REST_BYTES = 256 * 1024
/** Longest that is read without a pause after the program has ended. What it has written is here long before. */
const MAX_REST_MS = 1000

/** Passes what is written on a terminal on to a stream, no faster than that takes it, until nothing more is to come. */
const passOn = ({ screen, exited }: Terminal, stream: ByteStream): Promise<void> =>
  new Promise((done) => {
    const resolve = (): void => {
      screen.off('data', take)
      done()
    }
    let quiet: NodeJS.Timeout | undefined
    let enough: NodeJS.Timeout | undefined
    let hasExited = false
    let restBytes = 0
    let parts = 0
    const endIfQuiet = (): void => {
      const before = parts
      // When this process was busy, what has come meanwhile is read only after the timers that are due.
      setImmediate(() => parts === before && resolve())
    }
    const awaitQuiet = (): void => {
      clearTimeout(quiet)
      if (hasExited && !screen.isPaused()) quiet = setTimeout(endIfQuiet, QUIET_MS)
    }
    const awaitRest = (): void => {
      awaitQuiet()
      if (hasExited && !screen.isPaused()) enough = setTimeout(resolve, MAX_REST_MS).unref()
    }
    const resume = (): void => {
      screen.resume()
      awaitRest()
    }
    const take = (bytes: Buffer): void => {
      parts++
      const mayGoOn = stream.write({ lane: 'out', bytes } satisfies Chunk)
      if (hasExited) restBytes += bytes.length
      if (restBytes > MAX_REST_BYTES) resolve()
      else if (mayGoOn) awaitQuiet()
      else {
        screen.pause()
        clearTimeout(quiet)
        clearTimeout(enough)
        stream.once('drain', resume)
      }
    }
    screen.on('data', take)
    screen.once('close', () => resolve())
    stream.once('close', () => resolve())
    exited.then(() => {
      hasExited = true
      awaitRest()
    }, resolve)
  })

/** Passes what comes from a stream on to a terminal, no faster than its program reads it. */
const takeInput = ({ screen, keyboard, resize }: Terminal, stream: ByteStream): void => {
  const type = (bytes: Uint8Array): void => {
    if (screen.destroyed || keyboard.write(bytes)) return
    stream.pause()
    keyboard.once('drain', () => stream.resume())
  }
  stream.on('data', ({ lane, bytes }: Chunk) => {
    if (lane === 'in') type(bytes)
    const note = lane === 'note' ? readNote(bytes) : undefined
    if (note !== undefined && 'resize' in note) resize(note.resize)
  })
  stream.once('end', () => {
    type(END_OF_INPUT)
    const again = setInterval(() => keyboard.writableLength === 0 && type(END_OF_INPUT), END_AGAIN_MS)
    screen.once('close', () => clearInterval(again))
  })
}

/**
 * Joins a terminal with the stream of whoever looks at it. When input ends, the program reads the end of input; when the
 * stream is closed before the program has ended, the terminal is hung up.
 *
 * @returns how the program ended
 */
export const attachTerminal = async (terminal: Terminal, stream: ByteStream): Promise<Exit> => {
  const { exited } = terminal
  stream.once('close', () => terminal.hangUp())
  if (stream.destroyed) terminal.hangUp()
  takeInput(terminal, stream)
  await passOn(terminal, stream)
  // Nothing can be shown any more, so the program must not go on.
  terminal.hangUp()
  const exit = await exited
  if (!stream.destroyed) {
    stream.write(noteChunk({ exit }))
    stream.end()
  }
  return exit
}
