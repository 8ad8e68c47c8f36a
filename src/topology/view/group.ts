import type { ParentLink } from '../types.ts'
import type { PlacedGroup, PlacedNode } from './placement.ts'

/** A node that stands for several, as far as one report knows them. */
export const placedGroup = (group: PlacedGroup): PlacedNode => ({
  summary: group.summarise(group.count, group.parents),
  group,
})

/** The same node as two reports know it: groups add up, of anything else the first report's word counts. */
export const mergePlaced = (a: PlacedNode, b: PlacedNode): PlacedNode =>
  a.group && b.group
    ? placedGroup({
        count: a.group.count + b.group.count,
        parents: mergeParents(a.group.parents, b.group.parents),
        summarise: a.group.summarise,
      })
    : a

const mergeParents = (a: readonly ParentLink[], b: readonly ParentLink[]): readonly ParentLink[] => {
  const known = new Set(a.map(({ id }) => id))
  return [...a, ...b.filter(({ id }) => !known.has(id))]
}
