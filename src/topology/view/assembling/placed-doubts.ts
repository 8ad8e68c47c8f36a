/** Nodes of a view: any source may have connections with any target that no flow tells of. */
export interface PlacedDoubt {
  readonly sources: ReadonlySet<string>
  readonly targets: ReadonlySet<string>
}

/** The doubts about the nodes of a view. Of thousands of nodes it takes memory for each of them, not for each two. */
export class PlacedDoubts {
  readonly #bySource = new Map<string, Set<PlacedDoubt>>()
  readonly #byTarget = new Map<string, Set<PlacedDoubt>>()

  add(doubt: PlacedDoubt): void {
    for (const id of doubt.sources) addTo(this.#bySource, id, doubt)
    for (const id of doubt.targets) addTo(this.#byTarget, id, doubt)
  }

  remove(doubt: PlacedDoubt): void {
    for (const id of doubt.sources) removeFrom(this.#bySource, id, doubt)
    for (const id of doubt.targets) removeFrom(this.#byTarget, id, doubt)
  }

  /** Whether there may be connections from one node to another that no flow tells of. */
  has(source: string, target: string): boolean {
    const from = this.#bySource.get(source)
    const to = from && this.#byTarget.get(target)
    if (from === undefined || to === undefined) return false
    // A node that stands for many processes may have many.
    for (const doubt of from.size < to.size ? from : to)
      if (doubt.sources.has(source) && doubt.targets.has(target)) return true
    return false
  }
}

const addTo = (doubts: Map<string, Set<PlacedDoubt>>, id: string, doubt: PlacedDoubt): void => {
  const known = doubts.get(id)
  if (known) known.add(doubt)
  else doubts.set(id, new Set([doubt]))
}

const removeFrom = (doubts: Map<string, Set<PlacedDoubt>>, id: string, doubt: PlacedDoubt): void => {
  const known = doubts.get(id)
  if (known?.delete(doubt) && known.size === 0) doubts.delete(id)
}
