/** How long it is known what has ended. */
const REMEMBERED_MS = 10 * 60_000
/** With more, the oldest are forgotten. */
const MAX_REMEMBERED = 1024

interface EndedPipe {
  readonly owner: string
  readonly words: string
  readonly atMs: number
}

/** Pipes that have ended, so that whoever comes back to one is told why. */
export class EndedPipes {
  /** By id, in the order in which they ended. */
  readonly #pipes = new Map<string, EndedPipe>()
  readonly #nowMs: () => number

  /** @param nowMs a monotonic clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Adds one. @param words how it has ended */
  add(id: string, owner: string, words: string): void {
    this.#pipes.set(id, { owner, words, atMs: this.#nowMs() })
    for (const [oldest, { atMs }] of this.#pipes) {
      if (this.#pipes.size <= MAX_REMEMBERED && atMs > this.#nowMs() - REMEMBERED_MS) return
      this.#pipes.delete(oldest)
    }
  }

  /** How a pipe of this owner has ended; undefined for what is not known, and for those of others. */
  find(id: string, owner: string): string | undefined {
    const pipe = this.#pipes.get(id)
    if (pipe?.owner !== owner || pipe.atMs <= this.#nowMs() - REMEMBERED_MS) return undefined
    return pipe.words
  }
}
