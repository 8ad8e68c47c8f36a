import { Duplex } from 'node:stream'
import { type Chunk, MAX_NOTE_BYTES } from '../stream.ts'
import { Inbox } from './inbox.ts'
import { Outbox } from './outbox.ts'

/** What a {@link MuxStream} tells the mux. */
export interface StreamOwner {
  /** It has something to send. */
  hasToSend(stream: MuxStream): void
  hasRead(stream: MuxStream, credit: number): void
  /** All it had to send has been taken, and no more will come. */
  hasEnded(stream: MuxStream): void
  /** @param error why it was destroyed; null = it ended by itself, or no reason was given */
  isDestroyed(stream: MuxStream, error: Error | null): void
}

/** Chunks that may wait in the stream beside the ones that are being sent. */
const WAITING_CHUNKS = 4

/** One end of a stream: what the mux keeps about it, as a `Duplex`. */
export class MuxStream extends Duplex {
  readonly id: number
  readonly inbox = new Inbox()
  readonly outbox = new Outbox()
  readonly #owner: StreamOwner
  /** The reader wants more, and there was none. */
  #isHungry = false
  /** The chunk that the reader got last. When more is wanted, it has been read. */
  #inHand: Chunk | undefined
  #isInputOver = false
  /** The other end takes nothing any more, and has sent all it had to send: what is written here is dropped. */
  #isOutputOver = false

  constructor(id: number, owner: StreamOwner) {
    super({ objectMode: true, readableHighWaterMark: 1, writableHighWaterMark: WAITING_CHUNKS })
    this.id = id
    this.#owner = owner
    // A channel may break when nobody listens to the stream yet, or any more; that must not end the program.
    this.on('error', () => {})
  }

  /** Something has arrived in the inbox. */
  arrived(): void {
    if (this.destroyed) this.inbox.clear()
    else if (this.#isHungry) this.#pass()
  }

  /** Nothing more will arrive. */
  inputEnded(): void {
    this.#isInputOver = true
    if (this.#isHungry) this.#pass()
  }

  /** The other end has sent all it had to send, and reads no more. */
  outputIsUnwanted(): void {
    this.#isOutputOver = true
    this.outbox.clear()
    this.allowHalfOpen = false
    if (this.readableEnded) this.end()
  }

  /** Node's own also destroys a stream whose input has ended while output is still being written. */
  override async *[Symbol.asyncIterator](): NodeJS.AsyncIterator<Chunk> {
    let isDone = false
    try {
      yield* this.iterator({ destroyOnReturn: false })
      isDone = true
    } finally {
      if (!isDone) this.destroy()
    }
  }

  override _read(): void {
    if (this.#inHand !== undefined) {
      const credit = this.inbox.read(this.#inHand)
      this.#inHand = undefined
      if (credit > 0) this.#owner.hasRead(this, credit)
    }
    this.#pass()
  }

  override _write(chunk: Chunk, _encoding: BufferEncoding, sent: (error?: Error | null) => void): void {
    this.#send([chunk], sent)
  }

  override _writev(given: { readonly chunk: Chunk }[], sent: (error?: Error | null) => void): void {
    this.#send(
      given.map(({ chunk }) => chunk),
      sent,
    )
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#owner.hasEnded(this)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.inbox.clear()
    this.#owner.isDestroyed(this, error)
    this.outbox.clear(error ?? undefined)
    done(error)
  }

  /** Passes the oldest chunk to the reader, or that no more comes. */
  #pass(): void {
    const chunk = this.inbox.take()
    this.#isHungry = chunk === undefined
    if (chunk !== undefined) {
      this.#inHand = chunk
      this.push(chunk)
    } else if (this.#isInputOver) {
      this.#isHungry = false
      this.push(null)
    }
  }

  #send(chunks: readonly Chunk[], sent: (error?: Error | null) => void): void {
    if (this.#isOutputOver) sent()
    else if (chunks.some(isTooLong)) sent(new RangeError(`a note has at most ${MAX_NOTE_BYTES} bytes`))
    else {
      this.outbox.put(chunks, sent)
      this.outbox.settle()
      this.#owner.hasToSend(this)
    }
  }
}

const isTooLong = ({ lane, bytes }: Chunk): boolean => lane === 'note' && bytes.length > MAX_NOTE_BYTES
