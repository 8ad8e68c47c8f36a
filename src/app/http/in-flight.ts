/** Bytes that are on their way to somebody. */
export interface InFlight {
  /** The reader took some of them. */
  progressed(): void
  /** They are sent, or nobody reads them any more. */
  release(): void
}

/** Bounds of {@link BytesInFlight}. */
export interface BytesInFlightLimits {
  /** Of all that is on its way. What several are sent is counted once. */
  readonly bytes: number
  /** From here on, a reader who takes nothing counts as one that stalls. */
  readonly stalledMs: number
}

/** The bounds an app has unless told otherwise. */
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
 * Counts the answers and frames that are on their way, and bounds them in all: a view that is large is another one every second,
 * and each version lives for as long as anybody is still being sent it. When there is no room, readers who take nothing are
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
  /** Those who have taken nothing for longest first. */
  readonly #holders = new Set<Holder>()
  #bytes = 0

  /** @param nowMs never goes back */
  constructor(limits: BytesInFlightLimits, nowMs: () => number) {
    this.#limits = limits
    this.#nowMs = nowMs
  }

  /** Bytes on their way now, what several are sent counted once. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Takes part in what is on its way.
   *
   * @param bytes what is sent: the same object for all who are sent the same
   * @param drop gives its reader up; what it held is to be released by that
   * @returns undefined when there is no room for it
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
