import type { WebSocket } from 'ws'
import { sendTold } from '../../sockets/send-told.ts'
import type { BytesInFlight, InFlight } from '../http/sending/in-flight.ts'

/** A frame as it is sent. */
export interface Frame {
  readonly bytes: Buffer
  readonly isBinary: boolean
}

/** Takes frames for one socket. */
export interface Outlet {
  /** Whether the socket is open. */
  readonly isOpen: boolean
  /** Bytes of frames that wait to be sent. */
  readonly waitingBytes: number
  /** Sends a frame after all that wait. @returns false when there is no room for it at present */
  send(frame: Frame): boolean
}

/** What {@link PiecewiseOutlet} needs. */
export interface PiecewiseOutletOptions {
  readonly sending: BytesInFlight
  /** Called when the other end took something, as far as the kernel tells that. */
  readonly progressed: () => void
}

/** A frame of which not all is with the socket yet, or not all with the kernel. */
interface Waiting {
  readonly frame: Frame
  readonly inFlight: InFlight
  /** How many of its bytes the socket was given. */
  given: number
  /** How many of its bytes the kernel took. */
  taken: number
}

/** So much is given to a socket at once: a ping waits behind no more than that, and who reads slowly answers it in time. */
const PIECE_BYTES = 256 * 1024

/**
 * Sends frames over a WebSocket in pieces (fragments, RFC 6455, section 5.4). A large frame takes long to send; so it is seen meanwhile whether
 * the other end takes anything.
 */
export class PiecewiseOutlet implements Outlet {
  readonly #socket: WebSocket
  readonly #options: PiecewiseOutletOptions
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  /** The same for all frames, whose reader is one. */
  readonly #terminate = (): void => this.#socket.terminate()

  constructor(socket: WebSocket, options: PiecewiseOutletOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('close', () => this.#drop())
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  send(frame: Frame): boolean {
    const inFlight = this.#options.sending.hold(frame.bytes, this.#terminate)
    if (inFlight === undefined) return false
    this.#waiting.push({ frame, inFlight, given: 0, taken: 0 })
    this.#waitingBytes += frame.bytes.length
    this.#give()
    return true
  }

  /** Gives the socket pieces until enough wait in it. */
  #give(): void {
    while (this.isOpen && this.#socket.bufferedAmount < PIECE_BYTES) {
      const next = this.#waiting.find(({ frame, given }) => given < frame.bytes.length)
      if (next === undefined) return
      const { bytes, isBinary } = next.frame
      const piece = bytes.subarray(next.given, next.given + PIECE_BYTES)
      next.given += piece.length
      const fin = next.given === bytes.length
      sendTold(this.#socket, piece, { binary: isBinary, fin }, (hasWaited) => {
        if (hasWaited) this.#options.progressed()
        this.#took(next, piece.length)
      })
    }
  }

  #took(one: Waiting, count: number): void {
    one.taken += count
    this.#waitingBytes -= count
    one.inFlight.progressed()
    if (one.taken === one.frame.bytes.length) {
      one.inFlight.release()
      this.#waiting.shift()
    }
    this.#give()
  }

  #drop(): void {
    for (const { inFlight } of this.#waiting.splice(0)) inFlight.release()
    this.#waitingBytes = 0
  }
}
