import { type Chunk, MAX_NOTE_BYTES } from '../../channel/lanes.ts'
import { type ByteStream, type Exit, type Note, noteSchema } from '../../channel/stream.ts'
import type { Guard } from '../../log/faults.ts'
import { jsonOfNote } from '../../pipe/frames.ts'
import type { Ended, Hello } from '../../pipe/notes.ts'
import type { TerminalSize } from '../../pipe/viewer.ts'
import { InputLedger } from './ledgers/input-ledger.ts'
import { OutputLedger } from './ledgers/output-ledger.ts'

/** The connection of somebody who looks at a pipe. */
export interface Viewer {
  /** There may be more to send, or room for more input. */
  flush(): void
  /** Somebody else looks at the pipe now. */
  replaced(): void
}

/** What a {@link Pipe} needs. */
export interface PipeOptions {
  readonly stream: ByteStream
  readonly tty: boolean
  /** How long it may be without a viewer. */
  readonly unwatchedMs: number
  readonly guard: Guard
  /**
   * Called once, as soon as nothing more comes from the probe; what has come may still wait for a viewer.
   *
   * @param isBroken it did not end by itself, and nobody ended it
   */
  readonly over: (ended: Ended, isBroken: boolean) => void
  /** Called once, after `over`: nobody can look at it any more. */
  readonly gone: () => void
}

const CLOSED = 'its stream was closed'

/** One stream of a probe and whoever looks at it. What each has got is counted by the ledgers. */
export class Pipe {
  readonly output = new OutputLedger()
  readonly input = new InputLedger()
  readonly tty: boolean
  readonly #stream: ByteStream
  readonly #options: Pick<PipeOptions, 'unwatchedMs' | 'guard' | 'over' | 'gone'>
  #viewer: Viewer | undefined
  #viewerNumber = 0
  #size: TerminalSize | undefined
  #exit: Exit | undefined
  #ended: Ended | undefined
  #isGone = false
  /** The stream takes no more until it has drained. */
  #isFull = false
  #unwatched: NodeJS.Timeout | undefined

  constructor({ stream, tty, ...options }: PipeOptions) {
    this.tty = tty
    this.#stream = stream
    this.#options = options
    stream.on('readable', () => this.#read())
    stream.on('drain', () => {
      this.#isFull = false
      this.moved()
    })
    stream.on('end', () => this.#finish(this.#exit === undefined ? {} : { exit: this.#exit }))
    stream.on('error', (error) => this.#break(error.message))
    stream.on('close', () => this.#break(CLOSED))
    this.#waitForViewer()
    // It may have ended before anybody listened.
    if (stream.destroyed) this.#break(stream.errored?.message ?? CLOSED)
  }

  /** How it has ended; undefined while it goes on. A viewer is told after all output. */
  get ended(): Ended | undefined {
    return this.#ended
  }

  /**
   * Somebody looks at it from now on, instead of whoever did before.
   *
   * @param from offset of the output to begin with, at most `output.sent`; undefined for all that is held
   * @param number of the same viewer's connection before
   * @returns undefined when somebody else has looked at it since then, and goes on
   */
  attach(viewer: Viewer, from?: number, number?: number): Hello | undefined {
    if (number !== undefined && number !== this.#viewerNumber) return undefined
    this.#viewer?.replaced()
    clearTimeout(this.#unwatched)
    if (number === undefined) this.#viewerNumber++
    this.#viewer = viewer
    this.input.begin()
    const { from: begins, lost } = this.output.begin(from)
    return {
      tty: this.tty,
      from: begins,
      ...(lost > 0 && { lost }),
      received: this.input.received,
      ...(this.input.hasEnded && { inputEnded: true as const }),
      viewer: this.#viewerNumber,
    }
  }

  /** Whether it is this viewer who looks at it. */
  isWatchedBy(viewer: Viewer): boolean {
    return this.#viewer === viewer
  }

  /** A viewer's connection is lost, or closed. @param hasAll it has got all output, and how the pipe has ended */
  detach(viewer: Viewer, hasAll: boolean): void {
    if (this.#viewer !== viewer) return
    this.#viewer = undefined
    this.input.begin()
    if (hasAll) this.#go()
    else this.#waitForViewer()
  }

  /** Call after something was added to a ledger or taken out. */
  moved(): void {
    this.#write()
    this.#read()
  }

  /** The terminal has another size. */
  resize(size: TerminalSize): void {
    this.#size = size
    this.#write()
  }

  /** Ends it, and what runs at its other end. @param reason in words, for whoever looks at it */
  end(reason: string): void {
    this.output.cut()
    this.#finish({ reason })
    // When it had ended before, a slow viewer was still being sent what is cut off now.
    this.#viewer?.flush()
    this.#go()
  }

  #read(): void {
    while (this.output.hasRoom) {
      const chunk: Chunk | null = this.#stream.read()
      if (chunk === null) break
      if (chunk.lane === 'note') this.#takeNote(chunk.bytes)
      else this.output.add(chunk)
    }
    this.#viewer?.flush()
  }

  #takeNote(bytes: Uint8Array): void {
    const note = noteIn(bytes)
    // One exit ends it. Notes take nothing of what is held for a viewer, so many of them would be read without end.
    if (note === undefined || !('exit' in note) || this.#exit !== undefined)
      this.#break('the probe sent something that has no meaning here')
    else this.#exit = note.exit
  }

  #write(): void {
    while (this.#stream.writable && !this.#isFull) {
      const chunk = this.#takeResize() ?? this.input.take()
      if (chunk === undefined) break
      this.#isFull = !this.#stream.write(chunk)
    }
    if (this.#stream.writable && this.input.takeEnd()) this.#stream.end()
  }

  #takeResize(): Chunk | undefined {
    if (this.#size === undefined) return undefined
    const { columns, rows } = this.#size
    this.#size = undefined
    const note: Note = { resize: { columns, rows } }
    return { lane: 'note', bytes: Buffer.from(JSON.stringify(note)) }
  }

  #break(reason: string): void {
    this.#finish({ reason }, true)
  }

  #finish(ended: Ended, isBroken = false): void {
    if (this.#ended !== undefined) return
    this.#ended = ended
    this.#options.over(ended, isBroken)
    if (ended.reason !== undefined) this.#stream.destroy(new Error(ended.reason))
    // Input that nobody takes any more would keep the stream open.
    else if (this.#isFull) this.#stream.destroy()
    else this.#stream.end()
    this.#viewer?.flush()
  }

  #go(): void {
    if (this.#isGone) return
    this.#isGone = true
    clearTimeout(this.#unwatched)
    this.#options.gone()
  }

  #waitForViewer(): void {
    const { unwatchedMs, guard } = this.#options
    clearTimeout(this.#unwatched)
    if (this.#isGone) return
    this.#unwatched = setTimeout(
      () =>
        guard('end what nobody looks at', () =>
          this.end(`nobody looked at it for ${Math.round(unwatchedMs / 1000)} s`),
        ),
      unwatchedMs,
    )
  }
}

const noteIn = (bytes: Uint8Array): Note | undefined => {
  if (bytes.length > MAX_NOTE_BYTES) return undefined
  try {
    return noteSchema.parse(jsonOfNote(bytes))
  } catch {
    return undefined
  }
}
