import type { Slot } from '../fragment.ts'

/** What slots have, of which nearly always a single one has anything: a map of one entry takes four times the memory. */
export class BySlot<Value extends object> {
  #slot: Slot | undefined
  #value: Value | undefined
  /** All of them, once there are several. */
  #several: Map<Slot, Value> | undefined

  /** How many slots have something. */
  get size(): number {
    return this.#several?.size ?? (this.#slot === undefined ? 0 : 1)
  }

  /** What a slot has. */
  get(slot: Slot): Value | undefined {
    if (this.#several) return this.#several.get(slot)
    return slot === this.#slot ? this.#value : undefined
  }

  /** What the only slot has that has anything; undefined when none or several do. */
  get only(): Value | undefined {
    return this.#value
  }

  set(slot: Slot, value: Value): void {
    if (this.#several) this.#several.set(slot, value)
    else if (this.#slot === undefined || this.#slot === slot) this.#hold(slot, value)
    else if (this.#value) {
      this.#several = new Map([[this.#slot, this.#value]]).set(slot, value)
      this.#hold(undefined, undefined)
    }
  }

  /** @returns whether the slot had something */
  delete(slot: Slot): boolean {
    if (this.#several === undefined) {
      if (slot !== this.#slot) return false
      this.#hold(undefined, undefined)
      return true
    }
    if (!this.#several.delete(slot)) return false
    if (this.#several.size === 1) {
      for (const [last, value] of this.#several) this.#hold(last, value)
      this.#several = undefined
    }
    return true
  }

  /** Slots and what they have, in no particular order. */
  entries(): Iterable<[Slot, Value]> {
    if (this.#several) return this.#several
    return this.#slot === undefined || this.#value === undefined ? [] : [[this.#slot, this.#value]]
  }

  #hold(slot: Slot | undefined, value: Value | undefined): void {
    this.#slot = slot
    this.#value = value
  }
}
