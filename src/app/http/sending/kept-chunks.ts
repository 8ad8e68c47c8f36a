import type { SharedChunks } from './shared-chunks.ts'

/** Most bytes of answers that are kept for whoever asks next. */
export const MAX_KEPT_BYTES = 64 * 1024 * 1024

interface Entry {
  readonly forget: () => void
  bytes: number
  isInUse: boolean
}

/**
 * Counts the bytes of all answers that are kept for whoever asks next, and limits their total: those that nobody asked for
 * for longest are forgotten. Of a single answer that is larger than the limit, only the newest one is kept.
 */
export class KeptChunks {
  /** Most bytes to keep. */
  readonly maxBytes: number
  /** Least recently asked for first. */
  readonly #entries = new Map<SharedChunks, Entry>()
  #bytes = 0

  constructor(maxBytes = MAX_KEPT_BYTES) {
    this.maxBytes = maxBytes
  }

  /** Bytes that are kept now. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Call when somebody asks for it.
   *
   * @param forget called when it is to be kept no longer
   */
  use(chunks: SharedChunks, forget: () => void): void {
    const known = this.#entries.get(chunks)
    this.#entries.delete(chunks)
    this.#entries.set(chunks, { forget, bytes: known?.bytes ?? 0, isInUse: true })
    this.count(chunks)
  }

  /** Call when more of it was made. */
  count(chunks: SharedChunks): void {
    const entry = this.#entries.get(chunks)
    if (entry === undefined) return
    this.#bytes += chunks.madeBytes - entry.bytes
    entry.bytes = chunks.madeBytes
    for (const [oldest] of this.#entries) {
      if (this.#bytes <= this.maxBytes || this.#entries.size === 1) break
      this.#drop(oldest)
    }
  }

  /** Call when it is out of date. */
  forget(chunks: SharedChunks): void {
    const entry = this.#entries.get(chunks)
    this.#entries.delete(chunks)
    this.#bytes -= entry?.bytes ?? 0
  }

  /** Call from time to time: forgets what nobody has asked for since the last call. */
  sweep(): void {
    for (const [chunks, entry] of this.#entries) {
      if (entry.isInUse) entry.isInUse = false
      else this.#drop(chunks)
    }
  }

  #drop(chunks: SharedChunks): void {
    const entry = this.#entries.get(chunks)
    this.forget(chunks)
    entry?.forget()
  }
}
