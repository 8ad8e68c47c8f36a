import type { ViewDiff } from '../api/types.ts'
import { equalValues } from './equal.ts'
import { sameEdge } from './view/assembling/summed-edge.ts'
import { changedSince } from './view/changed-since.ts'
import type { View } from './view/view.ts'
import { datedEdge } from './view/view-edge.ts'

/**
 * The changes from one view to the next; undefined when there are none. The cost depends on what changed, if the next view
 * followed from the previous one in a few steps.
 *
 * @param previous undefined when the client has no view yet: the diff then contains the whole view
 */
export const diffViews = (previous: View | undefined, next: View): ViewDiff | undefined => {
  if (previous === undefined) {
    return {
      add: orNull([...next.nodes.values()]),
      update: null,
      remove: null,
      reset: true,
      edges: { add: orNull(Array.from(next.edges.values(), datedEdge)), update: null, remove: null },
    }
  }
  if (previous === next) return undefined
  const changed = changedSince(previous, next)
  const nodes = diffMaps(previous.nodes, next.nodes, equalValues, changed?.nodes)
  const edges = diffMaps(previous.edges, next.edges, sameEdge, changed?.edges)
  if (isEmpty(nodes) && isEmpty(edges)) return undefined
  const { add, update, remove } = edges
  const dated = { add: add?.map(datedEdge) ?? null, update: update?.map(datedEdge) ?? null, remove }
  return { ...nodes, edges: dated }
}

interface MapDiff<T> {
  readonly add: readonly T[] | null
  readonly update: readonly T[] | null
  readonly remove: readonly string[] | null
}

/** @param changed the ids that may differ; all by default */
const diffMaps = <T>(
  previous: ReadonlyMap<string, T>,
  next: ReadonlyMap<string, T>,
  saySame: (before: T, now: T) => boolean,
  changed: Iterable<string> = new Set([...previous.keys(), ...next.keys()]),
): MapDiff<T> => {
  const add: T[] = []
  const update: T[] = []
  const remove: string[] = []
  for (const id of changed) {
    const [before, now] = [previous.get(id), next.get(id)]
    if (now === undefined) {
      if (before !== undefined) remove.push(id)
    } else if (before === undefined) add.push(now)
    else if (!saySame(before, now)) update.push(now)
  }
  return { add: orNull(add), update: orNull(update), remove: orNull(remove) }
}

const orNull = <T>(values: readonly T[]): readonly T[] | null => (values.length > 0 ? values : null)

const isEmpty = ({ add, update, remove }: MapDiff<unknown>): boolean =>
  add === null && update === null && remove === null
