// Limit on entries: a build machine starts thousands of containers, and events refer to the newest.
const REMEMBERED = 8192

/** A map of limited size that drops the entry that was set longest ago. */
export class Memory<K, V> {
  readonly #entries = new Map<K, V>()

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= REMEMBERED) return
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }
}
