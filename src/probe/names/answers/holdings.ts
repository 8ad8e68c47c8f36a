import { Chain, type Link } from './chain.ts'

/** What somebody can hold. */
export interface Held<T> extends Link<T> {
  readonly holder: string
}

interface Holder<T extends Held<T>> extends Link<Holder<T>> {
  size: number
  readonly items: Chain<T>
}

/**
 * Who holds which items of a store that has room for so many of all. Tells which is to go when there are too many: the oldest of whoever
 * holds most, so that nobody loses items to one that takes ever more. Of several that hold as many, it is the one that has held no more and
 * no fewer for longest: whoever has just come or just lost one keeps what it has. Each call takes constant time.
 */
export class Holdings<T extends Held<T>> {
  readonly #holders = new Map<string, Holder<T>>()
  /** The holders by how many items they have. */
  readonly #bySize = new Map<number, Chain<Holder<T>>>()
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
      holder = { size: 0, items: new Chain() }
      this.#holders.set(item.holder, holder)
    }
    holder.items.add(item)
    this.#resize(holder, 1)
  }

  /** @param item which is held */
  delete(item: T): void {
    const holder = this.#holders.get(item.holder)
    if (holder === undefined) return
    holder.items.delete(item)
    this.#resize(holder, -1)
    if (holder.size === 0) this.#holders.delete(item.holder)
  }

  /** The oldest item of a holder that has no fewer than any other; undefined when nobody holds any. */
  oldestOfMost(): T | undefined {
    return this.#bySize.get(this.#most)?.oldest?.items.oldest
  }

  #resize(holder: Holder<T>, by: 1 | -1): void {
    if (holder.size > 0) this.#takeOut(holder)
    holder.size += by
    this.#size += by
    if (holder.size > 0) this.#putIn(holder)
    // Whoever held most and has one fewer now is among those that may hold most now.
    if (holder.size > this.#most || !this.#bySize.has(this.#most)) this.#most = holder.size
  }

  #takeOut(holder: Holder<T>): void {
    const alike = this.#bySize.get(holder.size)
    alike?.delete(holder)
    if (alike?.oldest === undefined) this.#bySize.delete(holder.size)
  }

  #putIn(holder: Holder<T>): void {
    const alike = this.#bySize.get(holder.size) ?? new Chain()
    this.#bySize.set(holder.size, alike)
    alike.add(holder)
  }
}
