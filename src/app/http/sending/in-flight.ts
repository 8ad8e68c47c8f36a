/** Bytes that are being sent to one reader. */
export interface InFlight {
  /** Call when the reader took some of them. */
  progressed(): void
  /** Call when they have been sent, or nobody reads them any more. */
  release(): void
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
  readonly bytes: Uint8Array
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
  readonly #counts = new Map<Uint8Array, number>()
  /** In the order of their last progress, the longest ago first. */
  readonly #holders = new Set<Holder>()
  #bytes = 0

  /** @param nowMs a monotonic clock */
  constructor(limits: BytesInFlightLimits, nowMs: () => number) {
    this.#limits = limits
    this.#nowMs = nowMs
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
  hold(bytes: Uint8Array, drop: () => void): InFlight | undefined {
    if (!this.#counts.has(bytes) && !this.#makeRoom(bytes.byteLength)) return undefined
    const count = this.#counts.get(bytes) ?? 0
    if (count === 0) this.#bytes += bytes.byteLength
    this.#counts.set(bytes, count + 1)
    const holder: Holder = { bytes, drop, progressedMs: this.#nowMs() }
    this.#holders.add(holder)
    return {
      progressed: () => {
        if (!this.#holders.delete(holder)) return
        holder.progressedMs = this.#nowMs()
        this.#holders.add(holder)
      },
      release: () => this.#release(holder),
    }
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
    const count = (this.#counts.get(holder.bytes) ?? 1) - 1
    if (count > 0) {
      this.#counts.set(holder.bytes, count)
      return
    }
    this.#counts.delete(holder.bytes)
    this.#bytes -= holder.bytes.byteLength
  }
}
