/** What can be in a {@link Chain}, which alone sets the two. */
export interface Link<T> {
  older?: T | undefined
  newer?: T | undefined
}

/** Items in the order in which they came, any of which may go at any time. Each call takes constant time. */
export class Chain<T extends Link<T>> {
  #oldest: T | undefined
  #newest: T | undefined

  /** Undefined when there is none. */
  get oldest(): T | undefined {
    return this.#oldest
  }

  /** @param item which is in no chain */
  add(item: T): void {
    item.older = this.#newest
    if (this.#newest) this.#newest.newer = item
    else this.#oldest = item
    this.#newest = item
  }

  /** @param item which is in this chain */
  delete(item: T): void {
    const { older, newer } = item
    if (older) older.newer = newer
    else this.#oldest = newer
    if (newer) newer.older = older
    else this.#newest = older
    item.older = undefined
    item.newer = undefined
  }
}
