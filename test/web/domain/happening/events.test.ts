import { describe, expect, it } from 'vitest'
import { eventKinds } from '../../../../src/api/event.ts'
import type { MapEvent } from '../../../../src/api/types.ts'
import {
  byTime,
  eventPlace,
  eventRoute,
  eventTone,
  noEvents,
  seeAll,
  takeEvents,
  unseen,
} from '../../../../web/domain/happening/events.ts'

const event = (id: number, more: Partial<MapEvent> = {}): MapEvent => ({
  id,
  at: '2026-01-01T00:00:00.000Z',
  kind: 'appeared',
  text: '',
  nodes: [{ id: 'web', label: 'web', topology: 'container', view: 'containers' }],
  ...more,
})
const reset = (...ids: number[]) => ({ events: ids.map((id) => event(id)), reset: true as const })
const more = (...ids: number[]) => ({ events: ids.map((id) => event(id)) })
const idsOf = (events: readonly MapEvent[]) => events.map(({ id }) => id)

describe('the list', () => {
  it('holds what was there before as seen, and what comes as new, newest first', () => {
    const first = takeEvents(noEvents, reset(2, 1), 10)
    expect(unseen(first)).toEqual([])
    const later = takeEvents(takeEvents(first, more(3), 10), more(5, 4), 10)
    expect(idsOf(later.events)).toEqual([5, 4, 3, 2, 1])
    expect(idsOf(unseen(later))).toEqual([5, 4, 3])
    expect(unseen(seeAll(later))).toEqual([])
  })

  it('counts the first event ever as new', () => {
    expect(idsOf(unseen(takeEvents(takeEvents(noEvents, reset(), 10), more(1), 10)))).toEqual([1])
  })

  it('keeps no more than it may', () => {
    const list = takeEvents(takeEvents(noEvents, reset(3, 2, 1), 3), more(5, 4), 3)
    expect(idsOf(list.events)).toEqual([5, 4, 3])
  })

  it('tells what happened while the stream was lost', () => {
    const list = takeEvents(takeEvents(noEvents, reset(2, 1), 10), reset(4, 3, 2, 1), 10)
    expect(idsOf(list.events)).toEqual([4, 3, 2, 1])
    expect(idsOf(unseen(list))).toEqual([4, 3])
  })

  it('begins anew with an app that was started again', () => {
    const list = takeEvents(takeEvents(noEvents, reset(9, 8), 10), reset(1), 10)
    expect(unseen(list)).toEqual([])
    expect(idsOf(unseen(takeEvents(list, more(2), 10)))).toEqual([2])
  })
})

it('is shown in the order in which things happened', () => {
  const at = (second: number) => ({ at: `2026-01-01T00:00:0${second}.000Z` })
  const events = [event(4, at(2)), event(3, at(5)), event(2, at(1)), event(1, at(1))]
  expect(idsOf(byTime(events))).toEqual([3, 4, 2, 1])
})

it('has a tone for every kind, failures the loudest', () => {
  for (const kind of eventKinds) expect(eventTone(event(1, { kind }))).toBeDefined()
  expect(eventTone(event(1, { kind: 'edge-failing' }))).toBe('fail')
})

it.each([
  ['a node', event(1), { view: 'containers', selected: { kind: 'node', id: 'web' } }],
  [
    'an edge',
    event(1, { edge: { id: 'e', source: 'web', target: 'db', port: 5432 } }),
    { view: 'containers', selected: { kind: 'edge', source: 'web', target: 'db' } },
  ],
  ['nothing', event(1, { nodes: [] }), undefined],
])('leads to %s', (_what, of, place) => {
  expect(eventPlace(of)).toEqual(place)
})

describe('the address that leads to an event', () => {
  const options = { group: 'host', open: 'host=a', stopped: 'both' }
  it('shows a node in the group that it is folded into, and hides nothing else of the view, by no filter either', () =>
    expect(eventRoute(event(1), options)).toEqual({
      view: 'containers',
      selected: { kind: 'node', id: 'web' },
      search: '',
      near: undefined,
      hubs: undefined,
    }))

  it('shows an edge outside of groups and without a filter, and keeps the other options', () => {
    const edge = { source: 'web', target: 'db' }
    const { selected, search, options: shown } = eventRoute(event(1, { edge } as Partial<MapEvent>), options)
    expect(selected).toEqual({ kind: 'edge', ...edge })
    expect(search).toBe('')
    expect(shown).toEqual({ group: '', stopped: 'both' })
  })

  it('stays in the view, with its filter, when the event names no node', () =>
    expect(eventRoute(event(1, { nodes: [] }), options)).toEqual({ near: undefined, hubs: undefined }))
})
