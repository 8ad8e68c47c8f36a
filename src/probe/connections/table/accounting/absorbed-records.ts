import { MAX_ABSORBED } from '../../../../report/schema.ts'

/** Ids of records whose counts were added to another one, as long as an app may compare with a report that has them. */
export class AbsorbedRecords {
  /** Oldest first. */
  readonly #added: { readonly id: string; readonly atMs: number }[] = []
  #ids: readonly string[] | undefined

  /** Oldest first; the same array until others are added. */
  get ids(): readonly string[] {
    this.#ids ??= this.#added.map(({ id }) => id)
    return this.#ids
  }

  /** @param forgetMs what was added before this time is forgotten */
  add(ids: readonly string[], atMs: number, forgetMs: number): void {
    for (const id of ids) this.#added.push({ id, atMs })
    const old = this.#added.findIndex((one) => one.atMs >= forgetMs)
    const excess = Math.max(old, this.#added.length - MAX_ABSORBED)
    if (excess > 0) this.#added.splice(0, excess)
    this.#ids = undefined
  }
}
