import { defaultClients } from '../../client-choices.ts'

/** Bytes that are being sent to one reader. */
export interface InFlight {
  /** Call when the reader took some of them. */
  progressed(): void
  /**
   * Call when there are more of them than before. Waits until there is room for these.
   *
   * @param waits called again and again while it waits
   * @returns false when the bytes were released or the reader was dropped, also while it waited
   */
  grown(waits?: () => void): Promise<boolean>
  /** Call when they have been sent, or nobody reads them any more. */
  release(): void
}

/** Bytes, or what makes them. */
export interface Sized {
  readonly byteLength: number
}

/** Bounds of {@link BytesInFlight}. */
export interface BytesInFlightLimits {
  /** Most bytes being sent at once, except that one answer or frame may be larger. Bytes sent to several readers count once. */
  readonly bytes: number
  /** A reader that takes nothing for this long counts as stalled. */
  readonly stalledMs: number
}

/** The default limits of an app. */
export const defaultBytesInFlightLimits: BytesInFlightLimits = {
  bytes: defaultClients.sendingBytes,
  stalledMs: 5000,
}

/** Share of the bound that is used up by bytes that are more than that by themselves, so that the rest is left to others. */
const MOST_OF_ONE = 1 / 2
/** Who waits for room looks for readers that stalled at least so often. */
const LOOK_AGAIN_MS = 1000

interface Held {
  readers: number
  sizeBytes: number
  /** Of the bound. */
  usedBytes: number
}

interface Holder {
  readonly bytes: Sized
  readonly reader: Reader
}

interface Reader {
  readonly drop: () => void
  readonly holders: Set<Holder>
  progressedMs: number
}

/**
 * Counts the bytes of all answers and frames being sent, and limits their total. A large view changes every second, and
 * each version stays in memory as long as anybody is still being sent it. When there is no room, stalled readers are
 * dropped, those first that have taken nothing for longest. If that makes no room, new bytes are refused, and those that grow
 * wait, except for one: bytes that are more than the bound or find no room may go on one at a time, so that whatever was begun
 * ends at last.
 *
 * @example
 * const inFlight = sending.hold(document, () => socket.destroy())
 * if (inFlight === undefined) throw new ApiError(503, 'busy', 'try again')
 * socket.write(document, () => inFlight.release())
 */
export class BytesInFlight {
  readonly #limits: BytesInFlightLimits
  readonly #nowMs: () => number
  readonly #held = new Map<Sized, Held>()
  /** By what drops them, in the order of their last progress, the longest ago first. */
  readonly #readers = new Map<() => void, Reader>()
  #bytes = 0
  #usedBytes = 0
  /** What may be larger than there is room for. */
  #large: Sized | undefined
  /** Those who wait for room. */
  readonly #waiting = new Set<() => void>()

  /** @param nowMs a monotonic clock */
  constructor(limits: BytesInFlightLimits, nowMs: () => number) {
    this.#limits = limits
    this.#nowMs = nowMs
  }

  /** Most bytes being sent at once. */
  get maxBytes(): number {
    return this.#limits.bytes
  }

  /** Bytes being sent now; those sent to several readers count once. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Registers bytes that are about to be sent to a reader.
   *
   * @param bytes must be the same object for all readers that are sent the same, so that they count once
   * @param drop called to drop the reader when room is needed; its bytes have been released by then. The same function for all that
   *   one reader is sent at once: it takes one after the other, so that progress with one is progress with all
   * @returns undefined when there is no room
   */
  hold(bytes: Sized, drop: () => void): InFlight | undefined {
    const held = this.#held.get(bytes) ?? { readers: 0, sizeBytes: 0, usedBytes: 0 }
    if (!this.#count(bytes, held)) return undefined
    this.#held.set(bytes, held)
    held.readers += 1
    const reader: Reader = this.#readers.get(drop) ?? {
      drop,
      holders: new Set(),
      progressedMs: this.#nowMs(),
    }
    this.#readers.set(drop, reader)
    const holder: Holder = { bytes, reader }
    reader.holders.add(holder)
    return {
      progressed: () => this.#progressed(holder),
      grown: async (waits) => {
        for (;;) {
          // Who waits for room is not the one that stalls.
          this.#progressed(holder)
          if (!reader.holders.has(holder)) return false
          if (this.#count(bytes, held)) return true
          waits?.()
          await this.#change()
        }
      },
      release: () => this.#release(holder),
    }
  }

  #progressed(holder: Holder): void {
    const { reader } = holder
    if (!reader.holders.has(holder)) return
    reader.progressedMs = this.#nowMs()
    this.#readers.delete(reader.drop)
    this.#readers.set(reader.drop, reader)
  }

  /** Counts what was not counted of these bytes, if there is room for it. */
  #count(bytes: Sized, held: Held): boolean {
    const wantedBytes = this.#wantedOf(bytes, held)
    if (wantedBytes === undefined) return false
    this.#usedBytes += wantedBytes - held.usedBytes
    held.usedBytes = wantedBytes
    this.#bytes += bytes.byteLength - held.sizeBytes
    held.sizeBytes = bytes.byteLength
    return true
  }

  /** How much of the bound these bytes use up; undefined when there is no room for them. */
  #wantedOf(bytes: Sized, held: Held): number | undefined {
    if (bytes === this.#large) return held.usedBytes
    const mostBytes = this.#limits.bytes * MOST_OF_ONE
    const isLarge = bytes.byteLength > mostBytes
    if (!isLarge && this.#makeRoom(bytes.byteLength - held.usedBytes)) return bytes.byteLength
    if (!this.#dropStalled(() => this.#large === undefined)) return undefined
    const hasRoom = isLarge && this.#makeRoom(mostBytes - held.usedBytes)
    if (held.readers === 0 && !hasRoom) return undefined
    this.#large = bytes
    return hasRoom ? mostBytes : held.usedBytes
  }

  /** Waits until something was released, or for so long that a reader may have stalled. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, Math.min(LOOK_AGAIN_MS, this.#limits.stalledMs))
      this.#waiting.add(done)
    })
  }

  #makeRoom(sizeBytes: number): boolean {
    return this.#dropStalled(() => sizeBytes <= 0 || this.#usedBytes + sizeBytes <= this.#limits.bytes)
  }

  /** Drops readers that stalled until they are enough. @returns whether they are */
  #dropStalled(areEnough: () => boolean): boolean {
    const stalledSinceMs = this.#nowMs() - this.#limits.stalledMs
    for (const { drop, holders, progressedMs } of this.#readers.values()) {
      if (areEnough() || progressedMs > stalledSinceMs) break
      for (const holder of holders) this.#release(holder)
      drop()
    }
    return areEnough()
  }

  #release(holder: Holder): void {
    const { reader } = holder
    if (!reader.holders.delete(holder)) return
    if (reader.holders.size === 0) this.#readers.delete(reader.drop)
    const held = this.#held.get(holder.bytes)
    if (held === undefined) return
    held.readers -= 1
    if (held.readers > 0) return
    this.#held.delete(holder.bytes)
    this.#bytes -= held.sizeBytes
    this.#usedBytes -= held.usedBytes
    Object.assign(held, { sizeBytes: 0, usedBytes: 0 })
    if (this.#large === holder.bytes) this.#large = undefined
    for (const look of [...this.#waiting]) look()
  }
}
