import { ProtocolError, StreamError } from './errors.ts'
import type { Frame } from './frames.ts'
import { MuxStream, type StreamOwner } from './mux-stream.ts'
import { readNote } from './notes.ts'
import { Rotation } from './rotation.ts'
import type { ByteStream } from './stream.ts'

/** A frame about one stream. */
export type StreamFrame = Extract<Frame, { readonly id: number }>

/** By what a {@link Mux} sends. */
export interface FrameSink {
  /** @param sent called when the frame has left `queuedBytes` */
  send(frame: StreamFrame, sent?: () => void): void
  /** What was sent and has not been taken by the network yet. */
  queuedBytes(): number
}

/** Data is not sent while more than this waits for the network, so that what comes next does not wait behind it for long. */
export const MAX_QUEUED_BYTES = 256 * 1024

/** Frames that may cross the last frame of a stream: portions of credit, and one `cancel`. */
const STRAYS_PER_STREAM = 8

/** One stream, and who has ended its direction. It is over when both have. */
interface Entry {
  readonly stream: MuxStream
  isOursOver: boolean
  isTheirsOver: boolean
  /** `cancel` was sent after `end`. */
  isUnread: boolean
}

/**
 * Many streams over one connection. Both ends of a channel have one; the number of the order that opens a stream is its id at both.
 * Each direction of each stream has a credit of its own, so one that nobody reads holds up no other, and streams send in turns.
 *
 * @example
 * const mux = new Mux({ send: (frame, sent) => socket.send(seal(encodeFrame(frame)), sent), queuedBytes: () => socket.bufferedAmount })
 * const stream = mux.open(7)
 * stream.write({ lane: 'in', bytes: Buffer.from('ls\n') })
 * socket.on('message', (data) => mux.take(decodeFrame(unseal(data))))
 * socket.on('close', () => mux.close('the probe has gone'))
 */
export class Mux {
  readonly #sink: FrameSink
  readonly #entries = new Map<number, Entry>()
  readonly #rotation = new Rotation<MuxStream>()
  readonly #owner: StreamOwner = {
    hasToSend: (stream) => {
      this.#rotation.add(stream)
      this.#pump()
    },
    hasRead: (stream, bytes) => {
      const entry = this.#entries.get(stream.id)
      if (entry && !entry.isTheirsOver) this.#sink.send({ type: 'credit', id: stream.id, bytes })
    },
    hasEnded: (stream) => {
      const entry = this.#entries.get(stream.id)
      if (entry && !entry.isOursOver) this.#endOurs(entry, { type: 'end', id: stream.id })
    },
    isDestroyed: (stream, error) => this.#destroyed(stream, error),
  }
  /** Why the channel is closed; undefined while it is open. */
  #closedFor: string | undefined
  #strays = STRAYS_PER_STREAM
  #isPumping = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** Number of streams that are not over at both ends. */
  get size(): number {
    return this.#entries.size
  }

  /** Whether a stream is open, at one end at least. */
  has(id: number): boolean {
    return this.#entries.has(id)
  }

  /** @param id the other end opens a stream of the same id */
  open(id: number): ByteStream {
    if (this.#entries.has(id)) throw new Error(`the stream ${id} is open`)
    const stream = new MuxStream(id, this.#owner)
    if (this.#closedFor === undefined)
      this.#entries.set(id, { stream, isOursOver: false, isTheirsOver: false, isUnread: false })
    else stream.destroy(new StreamError(this.#closedFor))
    return stream
  }

  /** Takes a frame that has arrived. @throws {ProtocolError} after which the channel must be closed */
  take(frame: StreamFrame): void {
    const entry = this.#entries.get(frame.id)
    if (entry === undefined) this.#takeStray(frame)
    else if (frame.type === 'data') this.#takeData(entry, frame)
    else if (frame.type === 'credit') this.#takeCredit(entry, frame.bytes)
    else if (frame.type === 'end') this.#takeEnd(entry, frame)
    else this.#takeCancel(entry, frame.reason)
  }

  /** Ends all streams with an error, and sends nothing any more. */
  close(reason: string): void {
    this.#closedFor = reason
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const { stream } of entries) {
      this.#rotation.remove(stream)
      stream.destroy(new StreamError(reason))
    }
  }

  #takeData({ stream, ...entry }: Entry, frame: StreamFrame & { readonly type: 'data' }): void {
    this.#expectTheirs(entry, frame)
    for (const bytes of frame.parts) {
      stream.inbox.put({ lane: frame.lane, bytes })
      if (frame.lane === 'note' && readNote(bytes) === undefined)
        stream.destroy(new StreamError('a note was sent on the stream that is none'))
    }
    stream.arrived()
  }

  #takeCredit({ stream }: Entry, bytes: number): void {
    stream.outbox.give(bytes)
    this.#owner.hasToSend(stream)
  }

  #takeEnd(entry: Entry, frame: StreamFrame): void {
    this.#expectTheirs(entry, frame)
    entry.isTheirsOver = true
    entry.stream.inputEnded()
    this.#forgetIfOver(entry)
  }

  #takeCancel(entry: Entry, reason: string): void {
    const { stream } = entry
    if (!entry.isTheirsOver) {
      entry.isTheirsOver = true
      stream.destroy(new StreamError(reason || 'the other end has closed the stream'))
      // The stream may have been destroyed before.
      this.#forgetIfOver(entry)
      return
    }
    this.#rotation.remove(stream)
    stream.outputIsUnwanted()
    this.#endOurs(entry, { type: 'cancel', id: stream.id, reason: '' })
  }

  #expectTheirs({ isTheirsOver }: Pick<Entry, 'isTheirsOver'>, { type, id }: StreamFrame): void {
    if (isTheirsOver) throw new ProtocolError(`a frame ${type} came after the end of the stream ${id}`)
  }

  /** What the other end sent before it knew that the stream is over. */
  #takeStray({ type, id }: StreamFrame): void {
    if (type === 'data' || type === 'end')
      throw new ProtocolError(`a frame ${type} came on the stream ${id}, which is not open`)
    this.#strays--
    if (this.#strays < 0) throw new ProtocolError('too many frames came on streams that are over')
  }

  #destroyed(stream: MuxStream, error: Error | null): void {
    this.#rotation.remove(stream)
    const entry = this.#entries.get(stream.id)
    if (entry === undefined || entry.isUnread) return
    entry.isUnread = true
    const frame = { type: 'cancel', id: stream.id, reason: error?.message ?? '' } as const
    if (!entry.isOursOver) this.#endOurs(entry, frame)
    else if (!entry.isTheirsOver) this.#sink.send(frame)
  }

  #endOurs(entry: Entry, frame: StreamFrame): void {
    entry.isOursOver = true
    this.#sink.send(frame)
    this.#forgetIfOver(entry)
  }

  #forgetIfOver({ stream, isOursOver, isTheirsOver }: Entry): void {
    if (isOursOver && isTheirsOver && this.#entries.delete(stream.id)) this.#strays += STRAYS_PER_STREAM
  }

  /** Sends data until too much waits for the network. */
  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    while (
      this.#sink.queuedBytes() < MAX_QUEUED_BYTES &&
      this.#rotation.next((stream) => this.#sendOne(stream))
    );
    this.#isPumping = false
  }

  #sendOne(stream: MuxStream): boolean {
    const portion = stream.outbox.take()
    if (portion === undefined) return false
    this.#sink.send({ type: 'data', id: stream.id, ...portion }, () => this.#pump())
    stream.outbox.settle()
    return true
  }
}
