/** The pieces that went, came, and have other flows or doubts than before. */
export interface PiecesChange {
  readonly gone: readonly number[]
  readonly come: readonly number[]
  readonly changed: readonly number[]
}

/** How much may be remembered where there are few pieces. */
const LEAST_KEPT = 1000
/** Who places all pieces anew removes each, and adds each. */
const KEPT_PER_PIECE = 2

/**
 * The latest changes of pieces. It remembers no more than it costs to do without: when changes tell of more than all pieces that there
 * are, the oldest are forgotten, whether or not anybody has asked.
 */
export class PiecesLog {
  readonly #changes: PiecesChange[] = []
  /** What the changes that are remembered count in all, each by {@link sizeOf}. */
  #size = 0
  #version = 0

  /** Increases with every change. */
  get version(): number {
    return this.#version
  }

  /** @param pieces how many there are now */
  add(change: PiecesChange, pieces: number): void {
    this.#version++
    this.#changes.push(change)
    this.#size += sizeOf(change)
    const most = LEAST_KEPT + KEPT_PER_PIECE * pieces
    let [forgotten, size] = [0, this.#size]
    for (const oldest of this.#changes) {
      if (size <= most) break
      size -= sizeOf(oldest)
      forgotten++
    }
    this.#forget(forgotten)
  }

  /** The changes since a version; undefined when that is too long ago to be known. */
  since(version: number): readonly PiecesChange[] | undefined {
    const count = this.#version - version
    const known = this.#changes.length
    return count <= known ? this.#changes.slice(known - count) : undefined
  }

  /** Forgets the changes before a version. */
  forgetBefore(version: number): void {
    this.#forget(this.#changes.length - (this.#version - version))
  }

  #forget(count: number): void {
    if (count <= 0) return
    for (const change of this.#changes.splice(0, count)) this.#size -= sizeOf(change)
  }
}

const sizeOf = ({ gone, come, changed }: PiecesChange): number =>
  1 + gone.length + come.length + changed.length
