import type { EventKind, EventsFrame, MapEvent } from '../../../src/api/types.ts'
import { nothingLeftOut, type Place, type Route } from '../address/route.ts'
import { groupBy } from '../grouping/grouping.ts'

/** The events that the page holds, and up to which of them the user has seen. */
export interface EventList {
  /** Newest first. */
  readonly events: readonly MapEvent[]
  /** Events up to this id happened before the page was opened, or have been looked at; -1 before the first frame. */
  readonly seenId: number
}

/** The list before the first frame. */
export const noEvents: EventList = { events: [], seenId: -1 }

/** The list after a frame. @param most events kept */
export function takeEvents(list: EventList, frame: EventsFrame, most: number): EventList {
  const events = frame.reset ? frame.events : [...frame.events, ...list.events].slice(0, most)
  const newestId = events[0]?.id ?? 0
  // Events from before the page was opened count as seen. So do those of an app that was restarted: its ids start over.
  const isAnew = list.seenId < 0 || newestId < list.seenId
  return { events, seenId: isAnew ? newestId : list.seenId }
}

/** Events by the time at which they happened, latest first. Ids are in order of reporting, which may be later. */
export function byTime(events: readonly MapEvent[]): readonly MapEvent[] {
  return events.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.id - a.id))
}

/** The list with all its events marked as seen. */
export function seeAll(list: EventList): EventList {
  return { ...list, seenId: list.events[0]?.id ?? list.seenId }
}

/** The events that the user has not seen yet. */
export function unseen({ events, seenId }: EventList): readonly MapEvent[] {
  return events.filter(({ id }) => id > seenId)
}

/** How serious an event is. */
export type EventTone = 'fail' | 'warn' | 'ok' | 'calm'

const tones: Readonly<Record<EventKind, EventTone>> = {
  appeared: 'ok',
  gone: 'calm',
  restarted: 'warn',
  replaced: 'calm',
  healthy: 'ok',
  unhealthy: 'fail',
  paused: 'warn',
  unpaused: 'ok',
  'oom-killed': 'fail',
  'edge-new': 'calm',
  'edge-failing': 'fail',
  'probe-joined': 'ok',
  'probe-lost': 'fail',
  'control-used': 'calm',
  'signed-in': 'calm',
  'access-refused': 'warn',
  'user-changed': 'calm',
}

/** How serious an event is. */
export function eventTone({ kind }: MapEvent): EventTone {
  return tones[kind]
}

/** The view, and the node or edge in it, that an event is about; undefined when it names no node. */
export function eventPlace({ nodes, edge }: MapEvent): Place | undefined {
  const [node] = nodes
  if (node === undefined) return undefined
  const selected = edge
    ? ({ kind: 'edge', source: edge.source, target: edge.target } as const)
    : ({ kind: 'node', id: node.id } as const)
  return { view: node.view, selected }
}

/**
 * What leads to where an event has happened: whatever the page leaves out of a view is shown, and the filter is removed, so that it
 * is seen. A node is found in the group that it is folded into; an edge is not. An event that names no node changes neither view nor filter.
 *
 * @param options those of the view that is shown
 */
export function eventRoute(event: MapEvent, options: Route['options']): Partial<Route> {
  const unfolded = event.edge && { options: groupBy(undefined, undefined, options) }
  const place = eventPlace(event)
  return { ...nothingLeftOut, ...(place && { ...place, search: '' }), ...unfolded }
}
