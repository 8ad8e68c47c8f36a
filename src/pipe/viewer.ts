import { CREDIT_BYTES } from '../channel/lanes.ts'
import { frameOf, jsonOfNote, MAX_PAYLOAD_BYTES, noteFrameOf, parseFrame } from './frames.ts'
import { HeldBytes } from './held-bytes.ts'
import type { AppNote, Ended, Hello } from './notes.ts'

/** What a frame of the app brought. */
export type ViewerEvent =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** Call `consumed` when it was shown, or whatever is done with it. */
  | { readonly kind: 'output'; readonly lane: 'out' | 'err'; readonly bytes: Uint8Array }
  | { readonly kind: 'received' }
  | { readonly kind: 'ended'; readonly ended: Ended }

/** Size of a terminal, in cells. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** Consumed output is acknowledged when it has become so much: often enough that the app, which sends {@link CREDIT_BYTES} ahead, goes on. */
const ACK_EVERY_BYTES = 32 * 1024

/**
 * The viewer's half of a pipe in the format `lanes`: what it has got, what of its input has arrived, and what is to be sent. It
 * outlives its sockets: after a reconnect nothing is lost, and nothing comes twice. It sends nothing itself.
 *
 * @example
 * const viewer = new PipeViewer()
 * const connect = () => {
 *   const socket = new WebSocket(`wss://…/api/pipe/${id}?${viewer.query()}`)
 *   socket.binaryType = 'arraybuffer'
 *   socket.onmessage = ({ data }) => {
 *     const event = viewer.take(new Uint8Array(data))
 *     if (event.kind === 'output') terminal.write(event.bytes, () => { viewer.consumed(event.bytes.length); flush() })
 *     flush() // for (const frame of viewer.frames()) socket.send(frame)
 *   }
 *   socket.onclose = () => { viewer.disconnected(); … }
 * }
 * viewer.input(new TextEncoder().encode('ls\r')); flush()
 */
export class PipeViewer {
  /** Offset of the next byte of output; undefined before the first `hello`, if none was asked for. */
  #arrived: number | undefined
  /** Offset at which this viewer began. What is before it is acknowledged only together with what follows: others may have done so. */
  #began = 0
  #consumed = 0
  /** Offset that was acknowledged last, as far as it is known to have arrived. */
  #acknowledged: number | undefined
  #number: number | undefined
  #isConnected = false
  /** Input that has not been received. */
  #input = new HeldBytes(0)
  #sent = 0
  #received = 0
  #endsInput = false
  #endSent = false
  #size: TerminalSize | undefined
  #sizeSent = false

  /** @param from offset of the output to begin with; without it, all that the app still has */
  constructor(from?: number) {
    this.#arrived = from
    this.#consumed = from ?? 0
  }

  /** The query of the path for the next connection. */
  query(): string {
    const from = this.#arrived === undefined ? '' : `&from=${this.#arrived}`
    const viewer = this.#number === undefined ? '' : `&viewer=${this.#number}`
    return `format=lanes${from}${viewer}`
  }

  /** Offset of the next byte of output that will arrive. */
  get arrived(): number {
    return this.#arrived ?? 0
  }

  /** Offset behind the output that is consumed, from which another viewer can go on. */
  get position(): number {
    return this.#consumed
  }

  /** Bytes of input that the app has not taken yet. Who can should wait with more when there are many. */
  get pendingInputBytes(): number {
    return this.#input.end - this.#received
  }

  /**
   * Takes a frame of the app.
   *
   * @throws {Error} when it is none; then the connection cannot go on
   */
  take(frame: Uint8Array): ViewerEvent {
    const chunk = parseFrame(frame)
    if (chunk?.lane === 'note') return this.#takeNote(jsonOfNote(chunk.bytes) as AppNote)
    if (chunk === undefined || chunk.lane === 'in' || !this.#isConnected)
      throw new Error('the app sent a frame that has no meaning here')
    this.#arrived = this.arrived + chunk.bytes.length
    return { kind: 'output', lane: chunk.lane, bytes: chunk.bytes }
  }

  /** Call when so many more bytes of output need not be kept any more. */
  consumed(sizeBytes: number): void {
    this.#consumed += sizeBytes
  }

  /** Adds input, which must not be changed afterwards. @returns false when it cannot be taken, since the input has ended */
  input(bytes: Uint8Array): boolean {
    if (!this.#endsInput) this.#input.push('in', bytes)
    return !this.#endsInput
  }

  /** No more input comes. */
  endInput(): void {
    this.#endsInput = true
  }

  /** The terminal has another size now. */
  resize(size: TerminalSize): void {
    this.#size = size
    this.#sizeSent = false
  }

  /** Call when the connection is lost, or closed. */
  disconnected(): void {
    this.#isConnected = false
  }

  /**
   * The next connection takes the pipe back from whoever looks at it, as a new viewer that goes on where this one is. Input that has not
   * arrived is dropped, since somebody else may have typed after it. Call it while there is no connection.
   */
  takeBack(): void {
    this.#number = undefined
    this.#input = new HeldBytes(0)
    this.#received = 0
    this.#sent = 0
  }

  /** Takes out the frames that can be sent now. Call it after each change. */
  *frames(): Generator<Uint8Array<ArrayBuffer>, void> {
    if (!this.#isConnected) return
    if (this.#size !== undefined && !this.#sizeSent) {
      this.#sizeSent = true
      yield noteFrameOf({ resize: { columns: this.#size.columns, rows: this.#size.rows } })
    }
    if (this.#isAckDue()) {
      this.#acknowledged = this.#consumed
      yield noteFrameOf({ ack: this.#consumed })
    }
    for (;;) {
      const room = Math.min(MAX_PAYLOAD_BYTES, this.#received + CREDIT_BYTES - this.#sent)
      const chunk = room > 0 ? this.#input.read(this.#sent, room) : undefined
      if (chunk === undefined) break
      this.#sent += chunk.bytes.length
      yield frameOf('in', chunk.bytes)
    }
    if (this.#endsInput && !this.#endSent && this.#sent === this.#input.end) {
      this.#endSent = true
      yield noteFrameOf({ endInput: true })
    }
  }

  #isAckDue(): boolean {
    if (this.#acknowledged === undefined) return this.#consumed >= this.#began
    return this.#consumed - this.#acknowledged >= ACK_EVERY_BYTES
  }

  #takeNote(note: AppNote): ViewerEvent {
    if ('hello' in note) {
      this.#begin(note.hello)
      return { kind: 'hello', hello: note.hello }
    }
    if ('received' in note) {
      this.#take(note.received)
      return { kind: 'received' }
    }
    if ('ended' in note) return { kind: 'ended', ended: note.ended }
    throw new Error('the app sent a note that has no meaning here')
  }

  #begin({ from, received, viewer, inputEnded }: Hello): void {
    if (this.#number === undefined) {
      const asked = this.#arrived
      // Of what is before an offset that was asked for, the app may hold so much that it takes no more.
      this.#acknowledged = asked === undefined ? from : undefined
      this.#consumed += from - (asked ?? 0)
      this.#began = from
      this.#arrived = from
      this.#received = received
      this.#input = inputEnded ? new HeldBytes(received) : rebased(this.#input, received)
    } else {
      if (from !== this.#arrived) throw new Error('the app goes on at another place of the output')
      this.#acknowledged = undefined
      this.#take(received)
    }
    this.#number = viewer
    this.#sent = received
    this.#endsInput ||= inputEnded === true
    this.#endSent = inputEnded === true
    this.#sizeSent = false
    this.#isConnected = true
  }

  #take(received: number): void {
    if (received < this.#received || received > this.#sent)
      throw new Error('the app has taken input that was never sent')
    this.#received = received
    this.#input.dropTo(received)
  }
}

/** What was typed before the first connection, with the offsets that the app counts by. */
const rebased = (input: HeldBytes, start: number): HeldBytes => {
  const moved = new HeldBytes(start)
  for (let at = input.start; ; ) {
    const chunk = input.read(at, MAX_PAYLOAD_BYTES)
    if (chunk === undefined) return moved
    moved.push('in', chunk.bytes)
    at += chunk.bytes.length
  }
}
