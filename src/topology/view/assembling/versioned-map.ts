/** After this many versions that follow from one another the next one starts from a copy, so that old ones stay cheap to read. */
const MAX_STEPS = 128

/** The map is copied when the changes since the last copy are so many times its size, so that old versions keep no more alive. */
const MAX_KEPT_OF_SIZE = 2

/**
 * A map of which versions can be kept: {@link version} costs nothing, and changing the map afterwards costs only what is
 * changed, whatever its size. It is copied when the changes since the last copy add up to twice its size, and when somebody
 * has iterated over the newest version otherwise than by `forEach`, who may not be done with it.
 *
 * @example
 * const map = new VersionedMap<string>()
 * map.set('a', 'old')
 * const before = map.version()
 * map.set('a', 'new')
 * before.get('a') // 'old'
 */
export class VersionedMap<Value extends NonNullable<unknown>> {
  #entries = new Map<string, Value>()
  /** The newest version, and whether the map has changed since. */
  #newest: Version<Value> | undefined
  #isChanged = true
  #steps = 0
  #kept = 0

  get size(): number {
    return this.#entries.size
  }

  get(id: string): Value | undefined {
    return this.#entries.get(id)
  }

  set(id: string, value: Value): void {
    this.#keep(id)
    this.#entries.set(id, value)
  }

  delete(id: string): void {
    if (!this.#entries.has(id)) return
    this.#keep(id)
    this.#entries.delete(id)
  }

  /** The map as it is now, which never changes. The same object as long as the map does not. */
  version(): ReadonlyMap<string, Value> {
    if (this.#newest !== undefined && !this.#isChanged) return this.#newest
    const made = new Version(this.#entries)
    this.#newest?.followBy(made)
    this.#newest = made
    this.#isChanged = false
    return made
  }

  /** Has the newest version keep what it says of this id, before that changes. */
  #keep(id: string): void {
    if (!this.#isChanged) this.#begin()
    if (this.#newest?.keep(id)) this.#kept++
  }

  #begin(): void {
    this.#isChanged = true
    this.#steps++
    if (
      this.#newest?.isLent ||
      this.#steps > MAX_STEPS ||
      this.#kept > MAX_KEPT_OF_SIZE * this.#entries.size
    ) {
      this.#entries = copyOf(this.#entries)
      this.#newest = undefined
      this.#steps = 0
      this.#kept = 0
    } else this.#newest?.replace()
  }
}

/** By the constructor of maps, a list would be made of each entry. */
const copyOf = <Value>(entries: ReadonlyMap<string, Value>): Map<string, Value> => {
  const copy = new Map<string, Value>()
  entries.forEach((value, id) => void copy.set(id, value))
  return copy
}

/** A version: the entries of the map, or, once these change, those that it says differently and the version that followed it. */
class Version<Value> implements ReadonlyMap<string, Value> {
  readonly size: number
  #entries: Map<string, Value>
  /** Ids whose entries changed, and what these were before; of one that is there twice the first counts. Undefined when none did. */
  #changes: { readonly ids: string[]; readonly before: (Value | undefined)[] } | undefined
  /** The same by id, once somebody asked: nearly nobody asks an old version. */
  #kept: Map<string, Value | undefined> | undefined
  #next: Version<Value> | undefined
  #isLent = false

  constructor(entries: Map<string, Value>) {
    this.#entries = entries
    this.size = entries.size
  }

  /** Whether the entries may be in use by somebody who iterates over them. */
  get isLent(): boolean {
    return this.#isLent
  }

  /** Call before the entries change. */
  replace(): void {
    this.#changes = { ids: [], before: [] }
  }

  /** Keeps what the entries say of this id; false when it is known to be kept already. */
  keep(id: string): boolean {
    if (this.#changes === undefined) return false
    const { ids, before } = this.#changes
    // Whoever changes the same again and again must not have it kept each time.
    if (ids.length > this.#entries.size) this.#keptById()
    if (this.#kept?.has(id)) return false
    const value = this.#entries.get(id)
    this.#kept?.set(id, value)
    ids.push(id)
    before.push(value)
    return true
  }

  /** What the entries said before they changed; undefined when they did not. */
  #keptById(): ReadonlyMap<string, Value | undefined> | undefined {
    if (this.#changes === undefined || this.#kept !== undefined) return this.#kept
    const { ids, before } = this.#changes
    const kept = new Map<string, Value | undefined>()
    for (const [i, id] of ids.entries()) if (!kept.has(id)) kept.set(id, before[i])
    this.#kept = kept
    return kept
  }

  /** Call when the entries will change again: from then on the next version keeps what they say. */
  followBy(next: Version<Value>): void {
    if (this.#changes !== undefined) this.#next = next
  }

  get(id: string): Value | undefined {
    let at: Version<Value> = this
    for (let kept = at.#keptById(); kept !== undefined; kept = at.#keptById()) {
      const value = kept.get(id)
      if (value !== undefined || kept.has(id)) return value
      if (at.#next === undefined) break
      at = at.#next
    }
    return at.#entries.get(id)
  }

  has(id: string): boolean {
    return this.get(id) !== undefined
  }

  entries(): MapIterator<[string, Value]> {
    return this.#own().entries()
  }

  keys(): MapIterator<string> {
    return this.#own().keys()
  }

  values(): MapIterator<Value> {
    return this.#own().values()
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries()
  }

  /** @param visit must not change the map that this is a version of */
  forEach(visit: (value: Value, id: string, map: ReadonlyMap<string, Value>) => void): void {
    // It ends before the entries change, unless the visitor changes them.
    const entries = this.#changes === undefined ? this.#entries : this.#own()
    entries.forEach((value, id) => void visit(value, id, this))
  }

  /** The entries of this version, which from here on do not change. */
  #own(): ReadonlyMap<string, Value> {
    this.#isLent = true
    const later: ReadonlyMap<string, Value | undefined>[] = []
    let at: Version<Value> = this
    for (let kept = at.#keptById(); kept !== undefined; kept = at.#keptById()) {
      later.push(kept)
      if (at.#next === undefined) break
      at = at.#next
    }
    if (later.length === 0) return this.#entries
    const entries = copyOf(at.#entries)
    for (const kept of later.toReversed())
      for (const [id, value] of kept)
        if (value === undefined) entries.delete(id)
        else entries.set(id, value)
    this.#entries = entries
    this.#changes = undefined
    this.#kept = undefined
    this.#next = undefined
    return entries
  }
}
