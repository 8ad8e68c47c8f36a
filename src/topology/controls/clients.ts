import type { Controllable } from '../../api/types.ts'
import type { PlacedFlow } from '../view/assembling/edge.ts'
import type { ViewParts } from '../view/assembling/parts.ts'

/** Who is connected to a node now. */
export type Clients = Controllable['clients']

/** Clients whose names are told, at most. */
const MAX_NAMES = 5

type OpenBySource = Map<string, number>

/**
 * Who is connected to nodes of a view now, and would notice if they stopped. Connections within a node do not count. All flows are
 * gone through once, however many nodes there are.
 *
 * @param parts of the view with nothing hidden, so that nobody is left out
 * @param ids of the nodes
 * @returns by the id of the node; those that nobody is connected to, too
 */
export const clientsOf = (parts: ViewParts, ids: ReadonlySet<string>): ReadonlyMap<string, Clients> => {
  const { fragments, stitched } = parts
  const open = new Map<string, OpenBySource>(Array.from(ids, (id) => [id, new Map()]))
  for (const { pairs } of fragments) addOpen(open, pairs)
  addOpen(open, stitched)

  const busiest = Array.from(open, ([id, bySource]) => ({ id, bySource, first: firstOf(bySource) }))
  const labels = labelsOf(parts, new Set(busiest.flatMap(({ first }) => first)))
  return new Map(
    busiest.map(({ id, bySource, first }) => [
      id,
      {
        open: [...bySource.values()].reduce((sum, count) => sum + count, 0),
        total: bySource.size,
        names: [...new Set(first.map((source) => labels.get(source) ?? source))],
      },
    ]),
  )
}

const addOpen = (open: ReadonlyMap<string, OpenBySource>, flows: readonly PlacedFlow[]): void => {
  for (const { source, target, flow } of flows) {
    const bySource = open.get(target)
    if (bySource !== undefined && source !== target && flow.numbers.open > 0)
      bySource.set(source, (bySource.get(source) ?? 0) + flow.numbers.open)
  }
}

const firstOf = (bySource: OpenBySource): string[] =>
  [...bySource]
    .sort(([a, openOfA], [b, openOfB]) => openOfB - openOfA || (a < b ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map(([source]) => source)

const labelsOf = (
  { fragments, outside }: ViewParts,
  ids: ReadonlySet<string>,
): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>()
  for (const { placement } of fragments) {
    const { nodes } = placement
    const known = ids.size < nodes.size ? ids : nodes.keys()
    for (const id of known) {
      const placed = ids.has(id) ? nodes.get(id) : undefined
      if (placed !== undefined) labels.set(id, placed.summary.label)
    }
  }
  for (const [id, { label }] of outside) if (ids.has(id) && !labels.has(id)) labels.set(id, label)
  return labels
}
