import type { Counted, Splitter } from './cells/split.ts'
import type { Cell, Entry, NumberRow, Patch } from './frame.ts'

/** What changed in a map of nodes or edges. */
export interface Change<Base> {
  readonly patch: Patch<Base> | undefined
  readonly rows: readonly NumberRow[]
}

interface Known<Whole> extends Counted<Whole> {
  readonly index: number
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
   * @param changed the ids of those that may have changed, come or gone since the last time; all by default
   */
  update(now: ReadonlyMap<string, Whole>, changed?: ReadonlySet<string>): Change<Base> {
    const remove: number[] = []
    for (const id of changed ?? this.#known.keys()) {
      const known = this.#known.get(id)
      if (known === undefined || now.has(id)) continue
      this.#known.delete(id)
      this.#free.push(known.index)
      remove.push(known.index)
    }
    const set: Entry<Base>[] = []
    const rows: NumberRow[] = []
    for (const id of changed ?? now.keys()) {
      const whole = now.get(id)
      const before = this.#known.get(id)
      if (whole === undefined || before?.whole === whole) continue
      const cells = this.#splitter.cells(whole, before)
      const index = before?.index ?? this.#free.pop() ?? this.#known.size
      this.#known.set(id, { index, whole, cells })
      if (before === undefined || !this.#splitter.isSameBase(before.whole, whole)) {
        set.push([index, this.#splitter.base(whole), cells])
        continue
      }
      const row = movedCells(index, before.cells, cells)
      if (row !== undefined) rows.push(row)
    }
    if (remove.length + set.length === 0) return { patch: undefined, rows }
    return { patch: { ...(remove.length > 0 && { remove }), ...(set.length > 0 && { set }) }, rows }
  }

  /** Everything, by its indexes; undefined when there is nothing. */
  all(): Patch<Base> | undefined {
    if (this.#known.size === 0) return undefined
    const set = Array.from(
      this.#known.values(),
      ({ index, whole, cells }): Entry<Base> => [index, this.#splitter.base(whole), cells],
    )
    return { set }
  }
}

const movedCells = (index: number, before: readonly Cell[], now: readonly Cell[]): NumberRow | undefined => {
  const row: [number, ...(number | null)[]] = [index]
  const length = Math.max(before.length, now.length)
  for (let position = 0; position < length; position++) {
    const cell = now[position] ?? null
    if (cell !== (before[position] ?? null)) row.push(position, cell)
  }
  return row.length > 1 ? row : undefined
}
