/** What somebody can hold: one of the items of its holder, which it links in the order in which they came. */
export interface Held<T> {
  readonly holder: string
  /** The two beside it are set by {@link Holdings} alone. */
  older?: T | undefined
  newer?: T | undefined
}

interface Holder<T> {
  size: number
  oldest: T | undefined
  newest: T | undefined
  /** Its index among those that hold as many. */
  at: number
}

/**
 * Who holds which items of a store that has room for so many of all. Tells which is to go when there are too many: the oldest of whoever
 * holds most, so that nobody loses items to one that takes ever more. Each call takes constant time.
 */
export class Holdings<T extends Held<T>> {
  readonly #holders = new Map<string, Holder<T>>()
  /** The holders by how many items they have. */
  readonly #bySize = new Map<number, Holder<T>[]>()
  /** How many the one that holds most has. */
  #most = 0
  #size = 0

  /** Number of items of all holders. */
  get size(): number {
    return this.#size
  }

  /** @param item which is not held yet */
  add(item: T): void {
    let holder = this.#holders.get(item.holder)
    if (holder === undefined) {
      holder = { size: 0, oldest: undefined, newest: undefined, at: 0 }
      this.#holders.set(item.holder, holder)
    }
    item.older = holder.newest
    if (holder.newest) holder.newest.newer = item
    else holder.oldest = item
    holder.newest = item
    this.#resize(holder, 1)
  }

  /** @param item which is held */
  delete(item: T): void {
    const holder = this.#holders.get(item.holder)
    if (holder === undefined) return
    const { older, newer } = item
    if (older) older.newer = newer
    else holder.oldest = newer
    if (newer) newer.older = older
    else holder.newest = older
    item.older = undefined
    item.newer = undefined
    this.#resize(holder, -1)
    if (holder.size === 0) this.#holders.delete(item.holder)
  }

  /** The oldest item of a holder that has no fewer than any other; undefined when nobody holds any. */
  oldestOfMost(): T | undefined {
    return this.#bySize.get(this.#most)?.at(-1)?.oldest
  }

  #resize(holder: Holder<T>, by: 1 | -1): void {
    if (holder.size > 0) this.#takeOut(holder)
    holder.size += by
    this.#size += by
    if (holder.size > 0) this.#putIn(holder)
    // Whoever held most and has one fewer now is among those that may hold most now.
    if (holder.size > this.#most || !this.#bySize.has(this.#most)) this.#most = holder.size
  }

  #takeOut({ size, at }: Holder<T>): void {
    const alike = this.#bySize.get(size)
    const last = alike?.pop()
    if (alike === undefined || last === undefined) return
    if (at < alike.length) {
      alike[at] = last
      last.at = at
    }
    if (alike.length === 0) this.#bySize.delete(size)
  }

  #putIn(holder: Holder<T>): void {
    const alike = this.#bySize.get(holder.size)
    holder.at = alike?.length ?? 0
    if (alike) alike.push(holder)
    else this.#bySize.set(holder.size, [holder])
  }
}
