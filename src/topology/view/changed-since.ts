/** A view, or what else tells how it differs from the one before it. */
export interface Changing {
  readonly change?: ViewChange
}

/** The ids of nodes and edges that changed, came or went since another view. All others are the same objects in both. */
export interface ViewChange {
  /** Weak, so that no view keeps all those before it. */
  readonly since: WeakRef<Changing>
  readonly nodes: readonly string[]
  readonly edges: readonly string[]
}

/** The ids of nodes and edges that may differ between two views, each once. */
export interface ChangedIds {
  readonly nodes: Ids
  readonly edges: Ids
}

type Ids = readonly string[] | ReadonlySet<string>

const NONE: readonly string[] = []

/** How many views may lie between two whose difference is found from what changed in each step. */
const MAX_STEPS = 16

/** The ids that may differ between two views; undefined when the later one did not follow from the earlier in a few steps. */
export const changedSince = (previous: Changing, next: Changing): ChangedIds | undefined => {
  if (previous === next) return { nodes: NONE, edges: NONE }
  // The usual case: one step.
  if (next.change?.since.deref() === previous) return next.change
  const nodes = new Set<string>()
  const edges = new Set<string>()
  let at: Changing | undefined = next
  for (let step = 0; step < MAX_STEPS && at?.change !== undefined; step++) {
    for (const id of at.change.nodes) nodes.add(id)
    for (const id of at.change.edges) edges.add(id)
    at = at.change.since.deref()
    if (at === previous) return { nodes, edges }
  }
  return undefined
}
