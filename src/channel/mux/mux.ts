import { ProtocolError, StreamError } from '../errors.ts'
import type { Frame } from '../frames.ts'
import { readNote } from '../notes.ts'
import type { ByteStream } from '../stream.ts'
import { KeyPresses } from './key-presses.ts'
import { MuxStream, type StreamOwner } from './mux-stream.ts'
import { Rotation } from './rotation.ts'

/** A frame about one stream. */
export type StreamFrame = Extract<Frame, { readonly id: number }>

/** What a {@link Mux} sends. */
export type MuxFrame = StreamFrame | (Frame & { readonly type: 'arrived' })

/**
 * Most bytes of data, of all streams together, of which the other end has not said that they arrived. What comes next waits behind
 * no more than these, wherever they are: the kernel's buffers alone would take in megabytes.
 */
export const MAX_UNDER_WAY_BYTES = 128 * 1024

/** The other end is told of data that has arrived in portions of this much. */
export const ARRIVED_PORTION_BYTES = MAX_UNDER_WAY_BYTES / 4

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
 * While a key press is not answered, what is not the answer waits for a moment ({@link KeyPresses}).
 *
 * @example
 * const mux = new Mux((frame) => socket.send(seal(encodeFrame(frame))))
 * const stream = mux.open(7)
 * stream.write({ lane: 'in', bytes: Buffer.from('ls\n') })
 * socket.on('message', (data) => mux.take(decodeFrame(unseal(data))))
 * socket.on('close', () => mux.close('the probe has gone'))
 */
export class Mux {
  readonly #send: (frame: MuxFrame) => void
  readonly #entries = new Map<number, Entry>()
  readonly #rotation = new Rotation<MuxStream>()
  readonly #owner: StreamOwner = {
    hasToSend: (stream) => {
      this.#rotation.add(stream)
      this.#pump()
    },
    hasRead: (stream, bytes) => {
      const entry = this.#entries.get(stream.id)
      if (entry && !entry.isTheirsOver) this.#send({ type: 'credit', id: stream.id, bytes })
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
  /** Of data that was sent, what the other end has not said to have arrived. */
  #underWay = 0
  /** Of data that has arrived, what the other end has not been told of. */
  #arrived = 0
  readonly #keyPresses: KeyPresses<MuxStream>
  /** Set while streams wait for the answer to a key press. */
  #waiting: NodeJS.Timeout | undefined

  /**
   * @param send sends a frame to the other end
   * @param nowMs a monotonic clock
   */
  constructor(send: (frame: MuxFrame) => void, nowMs: () => number = () => performance.now()) {
    this.#send = send
    this.#keyPresses = new KeyPresses(nowMs)
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
  take(frame: MuxFrame): void {
    if (frame.type === 'arrived') {
      this.#takeArrived(frame.bytes)
      return
    }
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
    clearTimeout(this.#waiting)
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const { stream } of entries) {
      this.#rotation.remove(stream)
      stream.destroy(new StreamError(reason))
    }
  }

  #takeData({ stream, ...entry }: Entry, frame: StreamFrame & { readonly type: 'data' }): void {
    this.#expectTheirs(entry, frame)
    this.#count(frame.parts)
    if (frame.lane === 'in') this.#keyPresses.typed(stream, sizeOf(frame.parts))
    for (const bytes of frame.parts) {
      stream.inbox.put({ lane: frame.lane, bytes })
      if (frame.lane === 'note' && readNote(bytes) === undefined)
        stream.destroy(new StreamError('a note was sent on the stream that is none'))
    }
    stream.arrived()
  }

  #takeArrived(bytes: number): void {
    if (bytes > this.#underWay) throw new ProtocolError('more has arrived than was sent')
    this.#underWay -= bytes
    this.#pump()
  }

  /** Counts data that has arrived. */
  #count(parts: readonly Uint8Array[]): void {
    this.#arrived += sizeOf(parts)
    if (this.#arrived < ARRIVED_PORTION_BYTES) return
    this.#send({ type: 'arrived', bytes: this.#arrived })
    this.#arrived = 0
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
    this.#keyPresses.answered(stream)
    const entry = this.#entries.get(stream.id)
    if (entry === undefined || entry.isUnread) return
    entry.isUnread = true
    const frame = { type: 'cancel', id: stream.id, reason: error?.message ?? '' } as const
    if (!entry.isOursOver) this.#endOurs(entry, frame)
    else if (!entry.isTheirsOver) this.#send(frame)
  }

  #endOurs(entry: Entry, frame: StreamFrame): void {
    entry.isOursOver = true
    this.#send(frame)
    this.#forgetIfOver(entry)
  }

  #forgetIfOver({ stream, isOursOver, isTheirsOver }: Entry): void {
    if (isOursOver && isTheirsOver && this.#entries.delete(stream.id)) this.#strays += STRAYS_PER_STREAM
  }

  /** Sends data until too much is under way. */
  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    while (this.#underWay < MAX_UNDER_WAY_BYTES && this.#sendNext());
    this.#isPumping = false
  }

  /** @returns false when nothing is to be sent now */
  #sendNext(): boolean {
    const awaited = this.#keyPresses.unanswered()
    if (awaited.size === 0) return this.#rotation.next((stream) => this.#sendOne(stream))
    for (const stream of awaited) if (this.#sendOne(stream)) return true
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined
      this.#pump()
    }, this.#keyPresses.leftMs())
    return false
  }

  #sendOne(stream: MuxStream): boolean {
    const portion = stream.outbox.take()
    if (portion === undefined) return false
    this.#keyPresses.answered(stream)
    this.#underWay += sizeOf(portion.parts)
    this.#send({ type: 'data', id: stream.id, ...portion })
    stream.outbox.settle()
    return true
  }
}

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0)
