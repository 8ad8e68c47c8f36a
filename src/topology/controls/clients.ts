import type { Controllable } from '../../api/types.ts'
import type { PlacedFlow } from '../view/assembling/edge.ts'
import type { ViewParts } from '../view/view-parts.ts'

/** Who is connected to a node now. */
export type Clients = Controllable['clients']

/** Clients whose names are told, at most. */
const MAX_NAMES = 5

type OpenBySource = Map<string, number>

/**
 * Who is connected to nodes of a view now, and would notice if they stopped. Connections within a node do not count.
 *
 * @param parts of the view with nothing hidden, so that nobody is left out
 * @param ids of the nodes
 * @returns by the id of the node; those that nobody is connected to, too
 */
export const clientsOf = (parts: ViewParts, ids: ReadonlySet<string>): ReadonlyMap<string, Clients> => {
  const open = new Map(Array.from(ids, (id) => [id, openOf(parts.flowsOf(id, 'target'))]))
  const busiest = Array.from(open, ([id, bySource]) => ({ id, bySource, first: firstOf(bySource) }))
  return new Map(
    busiest.map(({ id, bySource, first }) => [
      id,
      {
        open: [...bySource.values()].reduce((sum, count) => sum + count, 0),
        total: bySource.size,
        names: [...new Set(first.map((source) => parts.wholeOf(source)?.summary.label ?? source))],
      },
    ]),
  )
}

const openOf = (flows: readonly PlacedFlow[]): OpenBySource => {
  const bySource: OpenBySource = new Map()
  for (const { source, target, flow } of flows)
    if (source !== target && flow.numbers.open > 0)
      bySource.set(source, (bySource.get(source) ?? 0) + flow.numbers.open)
  return bySource
}

const firstOf = (bySource: OpenBySource): string[] =>
  [...bySource]
    .sort(([a, openOfA], [b, openOfB]) => openOfB - openOfA || (a < b ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map(([source]) => source)
