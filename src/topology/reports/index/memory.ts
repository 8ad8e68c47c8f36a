/**
 * What was derived from something, made when first asked for and kept as long as the memory. Each value is known by the
 * function that makes it, so that function has to be the same object each time.
 *
 * @example
 * const stacks = index.derived.of(stacksIn, index)
 */
export class Memory {
  readonly #known = new Map<unknown, unknown>()

  /** The value that `make` makes from `from`; made once. */
  of<From, Value>(make: (from: From) => Value, from: From): Value {
    if (this.#known.has(make)) return this.#known.get(make) as Value
    const made = make(from)
    this.#known.set(make, made)
    return made
  }
}
