import { BELOW_MOST, type Place, type Route, type Selection } from '../address/route.ts'

/** The part of a route that tells which cards are open. */
export type OpenCards = Pick<Route, 'view' | 'selected' | 'below'>

/** Whether two selections are about the same node or edge. */
function isSame(a: Selection, b: Selection): boolean {
  if (a.kind === 'node') return b.kind === 'node' && a.id === b.id
  return b.kind === 'edge' && a.source === b.source && a.target === b.target
}

function isAt(place: Place, other: Place): boolean {
  return place.view === other.view && isSame(place.selected, other.selected)
}

/**
 * Opens a card on top of the others. When it is open already, further down, it comes to the top.
 *
 * @param place what it is about
 */
export function openOnTop({ view, selected, below }: OpenCards, place: Place): OpenCards {
  const held = view !== undefined && selected ? [...below, { view, selected }] : []
  const rest = held.filter((one) => !isAt(one, place))
  return { view: place.view, selected: place.selected, below: rest.slice(-BELOW_MOST) }
}

/** Closes the card on top, so that the one below it is shown again, in its view. */
export function closeTop({ view, below }: OpenCards): OpenCards {
  const under = below.at(-1)
  if (!under) return { view, selected: undefined, below: [] }
  return { ...under, below: below.slice(0, -1) }
}

/**
 * Returns to a card below: those above it are closed.
 *
 * @param at its position in `below`; where there is none, nothing changes
 */
export function returnTo(cards: OpenCards, at: number): OpenCards {
  const place = cards.below[at]
  return place ? { ...place, below: cards.below.slice(0, at) } : cards
}

/** The nodes that a card names: one, or the two ends of an edge. */
export function nodesOf({
  view,
  selected,
}: Place): readonly { readonly view: string; readonly id: string }[] {
  const ids = selected.kind === 'node' ? [selected.id] : [selected.source, selected.target]
  return ids.map((id) => ({ view, id }))
}
