import type { Join } from './cells/split.ts'
import type { Cell, NumberRow, Patch } from './frame.ts'

/** A frame does not follow the one before it: one was lost, or it is none. A new connection begins with everything. */
export class FrameGapError extends Error {
  override readonly name = 'FrameGapError'
}

/** A change of nodes or edges, with the whole of each; null where there is nothing. */
export interface Changed<Whole> {
  readonly add: readonly Whole[] | null
  readonly update: readonly Whole[] | null
  readonly remove: readonly string[] | null
}

interface Held<Whole, Base> {
  readonly base: Base
  readonly cells: Cell[]
  whole: Whole
}

/** The nodes or edges of one connection by their indexes. */
export class Table<Whole extends { readonly id: string }, Base> {
  readonly #join: Join<Base, Whole>
  readonly #held = new Map<number, Held<Whole, Base>>()

  constructor(join: Join<Base, Whole>) {
    this.#join = join
  }

  /** Applies a part of a frame. @throws {FrameGapError} when it names an index that has nothing */
  apply(patch: Patch<Base> | undefined, rows: readonly NumberRow[] = []): Changed<Whole> {
    const removed: string[] = []
    for (const index of patch?.remove ?? []) {
      removed.push(this.#at(index).whole.id)
      this.#held.delete(index)
    }
    const added = new Set<number>()
    const updated = new Set<number>()
    for (const [index, base, cells] of patch?.set ?? []) {
      const changed = this.#held.has(index) ? updated : added
      changed.add(index)
      this.#held.set(index, { base, cells: [...cells], whole: this.#join(base, cells) })
    }
    for (const [index, ...moved] of rows) {
      const held = this.#at(index)
      for (let i = 0; i + 1 < moved.length; i += 2) setCell(held.cells, moved[i] ?? 0, moved[i + 1] ?? null)
      held.whole = this.#join(held.base, held.cells)
      if (!added.has(index)) updated.add(index)
    }
    return {
      add: this.#wholes(added),
      update: this.#wholes(updated),
      remove: removed.length === 0 ? null : removed,
    }
  }

  #wholes(indexes: ReadonlySet<number>): readonly Whole[] | null {
    return indexes.size === 0 ? null : Array.from(indexes, (index) => this.#at(index).whole)
  }

  #at(index: number): Held<Whole, Base> {
    const held = this.#held.get(index)
    if (held === undefined) throw new FrameGapError(`a frame names the index ${index}, which has nothing`)
    return held
  }
}

/** Absent cells at the end are not held. */
const setCell = (cells: Cell[], position: number, cell: Cell): void => {
  while (cells.length < position) cells.push(null)
  cells[position] = cell
}
