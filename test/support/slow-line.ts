import { EventEmitter } from 'node:events'

/** What of a WebSocket those use who send on it; the other end takes a message when the test says so. */
export class SlowLine extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  isPaused = false
  bufferedAmount = 0
  /** While true, the kernel has room for whatever is sent. */
  hasRoom = false
  readonly #waiting: { readonly size: number; readonly taken: () => void }[] = []

  send(message: Uint8Array, _options: object, taken: () => void): void {
    if (this.hasRoom) {
      process.nextTick(taken)
      return
    }
    this.#waiting.push({ size: message.length, taken })
    this.bufferedAmount += message.length
  }

  /** The kernel has room for the next of what waits. */
  take(): void {
    const next = this.#waiting.shift()
    this.bufferedAmount -= next?.size ?? 0
    next?.taken()
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  close(): void {
    this.readyState = 2
  }

  terminate(): void {
    this.readyState = 3
    this.emit('close')
  }
}
