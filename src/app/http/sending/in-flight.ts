/** Bytes that are being sent to one reader. */
export interface InFlight {
  /** Call when the reader took some of them. */
  progressed(): void
  /** Call when there are more of them than before. @returns false when there is no room for these */
  grown(): boolean
  /** Call when they have been sent, or nobody reads them any more. */
  release(): void
}

/** Bytes, or what makes them. */
export interface Sized {
  readonly byteLength: number
}

/** Bounds of {@link BytesInFlight}. */
export interface BytesInFlightLimits {
  /** Most bytes being sent at once. Bytes sent to several readers count once. */
  readonly bytes: number
  /** A reader that takes nothing for this long counts as stalled. */
  readonly stalledMs: number
}

/** The default limits of an app. */
export const defaultBytesInFlightLimits: BytesInFlightLimits = {
  bytes: 128 * 1024 * 1024,
  stalledMs: 5000,
}

interface Holder {
  readonly bytes: Sized
  readonly drop: () => void
  progressedMs: number
}

/**
 * Counts the bytes of all answers and frames being sent, and limits their total. A large view changes every second, and
 * each version stays in memory as long as anybody is still being sent it. When there is no room, stalled readers are
 * dropped, those first that have taken nothing for longest.
 *
 * @example
 * const inFlight = sending.hold(document, () => socket.destroy())
 * if (inFlight === undefined) throw new ApiError(503, 'busy', 'try again')
 * socket.write(document, () => inFlight.release())
 */
export class BytesInFlight {
  readonly #limits: BytesInFlightLimits
  readonly #nowMs: () => number
  readonly #held = new Map<Sized, { readers: number; sizeBytes: number }>()
  /** In the order of their last progress, the longest ago first. */
  readonly #holders = new Set<Holder>()
  #bytes = 0

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
   * @param drop called to drop the reader when room is needed; its bytes have been released by then
   * @returns undefined when there is no room
   */
  hold(bytes: Sized, drop: () => void): InFlight | undefined {
    const known = this.#held.get(bytes)
    if (!this.#counted(bytes, known?.sizeBytes ?? 0)) return undefined
    this.#held.set(bytes, { readers: (known?.readers ?? 0) + 1, sizeBytes: bytes.byteLength })
    const holder: Holder = { bytes, drop, progressedMs: this.#nowMs() }
    this.#holders.add(holder)
    return {
      progressed: () => {
        if (!this.#holders.delete(holder)) return
        holder.progressedMs = this.#nowMs()
        this.#holders.add(holder)
      },
      grown: () => {
        const held = this.#held.get(bytes)
        if (held === undefined || !this.#holders.has(holder)) return false
        if (!this.#counted(bytes, held.sizeBytes)) return false
        held.sizeBytes = bytes.byteLength
        return true
      },
      release: () => this.#release(holder),
    }
  }

  /** Counts what was not counted of these bytes, if there is room for it. */
  #counted(bytes: Sized, countedBytes: number): boolean {
    const moreBytes = bytes.byteLength - countedBytes
    if (moreBytes > 0 && !this.#makeRoom(moreBytes)) return false
    this.#bytes += moreBytes
    return true
  }

  #makeRoom(sizeBytes: number): boolean {
    const fits = (): boolean => this.#bytes === 0 || this.#bytes + sizeBytes <= this.#limits.bytes
    const stalledSinceMs = this.#nowMs() - this.#limits.stalledMs
    for (const holder of this.#holders) {
      if (fits() || holder.progressedMs > stalledSinceMs) break
      this.#release(holder)
      holder.drop()
    }
    return fits()
  }

  #release(holder: Holder): void {
    if (!this.#holders.delete(holder)) return
    const held = this.#held.get(holder.bytes)
    if (held === undefined) return
    held.readers -= 1
    if (held.readers > 0) return
    this.#held.delete(holder.bytes)
    this.#bytes -= held.sizeBytes
  }
}
