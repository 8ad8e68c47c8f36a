import type { Splitter } from './cells/split.ts'
import type { Cell, Entry, NumberRow, Patch } from './frame.ts'

/** What changed in a map of nodes or edges. */
export interface Change<Base> {
  readonly patch: Patch<Base> | undefined
  readonly rows: readonly NumberRow[]
}

interface Known<Whole> {
  readonly index: number
  whole: Whole
}

/** Nodes or edges as one channel has told them: each with the index by which its numbers are told from then on. */
export class Indexed<Whole, Base> {
  readonly #splitter: Splitter<Whole, Base>
  readonly #known = new Map<string, Known<Whole>>()
  readonly #free: number[] = []

  constructor(splitter: Splitter<Whole, Base>) {
    this.#splitter = splitter
  }

  /**
   * Takes what there is now. Objects that are the same as before are not looked at.
   *
   * @param changed the ids of those that may have changed, come or gone since the last time, each once; all by default
   */
  update(now: ReadonlyMap<string, Whole>, changed?: Iterable<string>): Change<Base> {
    const rows: NumberRow[] = []
    const others: string[] = []
    if (changed === undefined) for (const id of this.#known.keys()) if (!now.has(id)) others.push(id)
    for (const id of changed ?? now.keys()) {
      const whole = now.get(id)
      const known = this.#known.get(id)
      if (known?.whole === whole) continue
      if (known === undefined || whole === undefined || !this.#splitter.isSameBase(known.whole, whole)) {
        others.push(id)
        continue
      }
      const row: [number, ...Cell[]] = [known.index]
      this.#splitter.moved(known.whole, whole, row)
      known.whole = whole
      if (row.length > 1) rows.push(row)
    }
    return this.#change(now, others, rows)
  }

  /** @param others those that came, went, or are something else than before */
  #change(now: ReadonlyMap<string, Whole>, others: readonly string[], rows: NumberRow[]): Change<Base> {
    // The usual case: only numbers moved.
    if (others.length === 0) return { patch: undefined, rows }
    const remove: number[] = []
    for (const id of others) {
      const known = this.#known.get(id)
      if (known === undefined || now.has(id)) continue
      this.#known.delete(id)
      this.#free.push(known.index)
      remove.push(known.index)
    }
    const set: Entry<Base>[] = []
    for (const id of others) {
      const whole = now.get(id)
      if (whole === undefined) continue
      const known = this.#known.get(id)
      const index = known?.index ?? this.#free.pop() ?? this.#known.size
      if (known) known.whole = whole
      else this.#known.set(id, { index, whole })
      set.push(this.#entry(index, whole))
    }
    if (remove.length + set.length === 0) return { patch: undefined, rows }
    return { patch: { ...(remove.length > 0 && { remove }), ...(set.length > 0 && { set }) }, rows }
  }

  /** Everything, by its indexes; undefined when there is nothing. */
  all(): Patch<Base> | undefined {
    if (this.#known.size === 0) return undefined
    return { set: Array.from(this.#known.values(), ({ index, whole }) => this.#entry(index, whole)) }
  }

  #entry(index: number, whole: Whole): Entry<Base> {
    return [index, this.#splitter.base(whole), this.#splitter.cells(whole)]
  }
}
