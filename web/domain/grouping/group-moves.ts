import type { NodeSummary } from '../../../src/api/types.ts'
import { nodeOf, type Route, type Selection } from '../address/route.ts'
import { closeGroup, isClosedGroup, openGroup } from './grouping.ts'

/** The part of an address that opening and closing groups of the map changes. */
export type GroupMove = Pick<Route, 'options' | 'selected'>

/** Opens a group. Its own card is closed, since the map no longer has its node. */
export function groupOpened({ options, selected }: GroupMove, id: string): GroupMove {
  return { options: openGroup(id, options), selected: nodeOf(selected) === id ? undefined : selected }
}

/**
 * Closes a group, or all of them. The card of a node within is replaced by that of the group.
 *
 * @param id undefined = all
 * @param around the open group around the node whose card is open
 */
export function groupClosed(
  { options, selected }: GroupMove,
  id: string | undefined,
  around: string | undefined,
): GroupMove {
  const isWithin = around !== undefined && (id === undefined || around === id)
  return {
    options: closeGroup(id, options),
    selected: isWithin ? { kind: 'node', id: around } : selected,
  }
}

/**
 * What is marked on the map when a card is open: a node within a closed group as that group.
 *
 * @param around the group around the node whose card is open
 * @returns `selected` itself when it is on the map, or nothing around it is
 */
export function markedOnMap(
  selected: Selection | undefined,
  around: string | undefined,
  isOnMap: (id: string) => boolean,
): Selection | undefined {
  if (selected?.kind !== 'node' || around === undefined || isOnMap(selected.id) || !isOnMap(around))
    return selected
  return { kind: 'node', id: around }
}

/**
 * The options with which the card of a node is opened from another card: a member of the closed group whose card is open is on the map only when the
 * group is opened, so that is opened as well.
 *
 * @param from the node whose card is open, as the map has it
 * @param isHere whether the node is of the view that is shown, and not on the map
 * @returns undefined when they stay as they are
 */
export function openedFor(
  from: Pick<NodeSummary, 'id' | 'group'> | undefined,
  isHere: boolean,
  options: Route['options'],
): Route['options'] | undefined {
  return from && isHere && isClosedGroup(from) ? openGroup(from.id, options) : undefined
}
