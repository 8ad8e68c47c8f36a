import type { ViewDiff } from '../api/types.ts'
import { equalValues } from './equal.ts'
import type { View } from './view/view.ts'

/**
 * The changes from one view to the next; undefined when there are none.
 *
 * @param previous undefined when the client has no view yet: the diff then contains the whole view
 */
export const diffViews = (previous: View | undefined, next: View): ViewDiff | undefined => {
  if (previous === undefined) {
    const all = <T>(map: ReadonlyMap<string, T>) => orNull([...map.values()])
    return {
      add: all(next.nodes),
      update: null,
      remove: null,
      reset: true,
      edges: { add: all(next.edges), update: null, remove: null },
    }
  }
  if (previous === next) return undefined
  const nodes = diffMaps(previous.nodes, next.nodes)
  const edges = diffMaps(previous.edges, next.edges)
  return isEmpty(nodes) && isEmpty(edges) ? undefined : { ...nodes, edges }
}

interface MapDiff<T> {
  readonly add: readonly T[] | null
  readonly update: readonly T[] | null
  readonly remove: readonly string[] | null
}

const diffMaps = <T>(previous: ReadonlyMap<string, T>, next: ReadonlyMap<string, T>): MapDiff<T> => {
  const add: T[] = []
  const update: T[] = []
  for (const [id, value] of next) {
    const before = previous.get(id)
    if (before === undefined) add.push(value)
    else if (!equalValues(before, value)) update.push(value)
  }
  const remove = [...previous.keys()].filter((id) => !next.has(id))
  return { add: orNull(add), update: orNull(update), remove: orNull(remove) }
}

const orNull = <T>(values: readonly T[]): readonly T[] | null => (values.length > 0 ? values : null)

const isEmpty = ({ add, update, remove }: MapDiff<unknown>): boolean =>
  add === null && update === null && remove === null
