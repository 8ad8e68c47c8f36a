import { describe, expect, it } from 'vitest'
import { createPlaceStore } from '../../../web/map/kept-places.ts'
import type { KeptPlaces } from '../../../web/map/placing/placer.ts'

const fakeStorage = (held = new Map<string, string>()): Storage => ({
  getItem: (name) => held.get(name) ?? null,
  setItem: (name, value) => void held.set(name, value),
  removeItem: (name) => void held.delete(name),
  clear: () => held.clear(),
  key: () => null,
  length: 0,
})

const kept = (view: string, count: number, kind: KeptPlaces['kind'] = 'flow'): KeptPlaces => ({
  view,
  kind,
  places: new Map(Array.from({ length: count }, (_, at) => [`${view}-${at}`, { x: at * 100, y: at * 12.3 }])),
  single: new Set([`${view}-0`]),
  pinned: new Map(),
})

describe('places of nodes', () => {
  it('are found after a reload', () => {
    const storage = fakeStorage()
    const store = createPlaceStore(() => storage, 100)
    expect(store.found).toEqual([])
    store.note(kept('hosts', 1))
    store.note(kept('containers', 3, 'force'))
    store.note(kept('hosts', 2))
    store.write()
    expect(createPlaceStore(() => storage, 100).found).toEqual([
      kept('containers', 3, 'force'),
      kept('hosts', 2),
    ])
  })

  it('stay over several reloads, also of views that are not looked at', () => {
    const storage = fakeStorage()
    const first = createPlaceStore(() => storage, 100)
    first.note(kept('hosts', 2))
    first.write()
    const second = createPlaceStore(() => storage, 100)
    second.note(kept('containers', 3))
    second.write()
    expect(createPlaceStore(() => storage, 100).found.map(({ view }) => view)).toEqual([
      'hosts',
      'containers',
    ])
  })

  it('have the pins of the view as they were noted last, in whichever layout', () => {
    const storage = fakeStorage()
    const pinned = (...ids: readonly string[]) => new Map(ids.map((id) => [id, { x: 1, y: 2.5 }]))
    const store = createPlaceStore(() => storage, 100)
    store.note({ ...kept('hosts', 2), pinned: pinned('a', 'b') })
    store.note({ ...kept('hosts', 2, 'force'), pinned: pinned('b') })
    store.note({ ...kept('containers', 1), pinned: pinned('c') })
    store.write()
    const [flow, force, containers] = createPlaceStore(() => storage, 100).found
    expect([flow, force, containers].map((one) => [one?.view, one?.kind, one?.pinned])).toEqual([
      ['hosts', 'flow', pinned('b')],
      ['hosts', 'force', pinned('b')],
      ['containers', 'flow', pinned('c')],
    ])
  })

  it('are left out where there are too many, those first that were noted first', () => {
    const storage = fakeStorage()
    const store = createPlaceStore(() => storage, 5)
    for (const view of ['a', 'b', 'c']) store.note(kept(view, 2))
    store.write()
    expect(createPlaceStore(() => storage, 5).found.map(({ view }) => view)).toEqual(['b', 'c'])
  })

  it('leave no view out for one that was noted later and has too many', () => {
    const storage = fakeStorage()
    const store = createPlaceStore(() => storage, 5)
    for (const [view, count] of [
      ['a', 4],
      ['b', 6],
      ['c', 1],
    ] as const)
      store.note(kept(view, count))
    store.write()
    expect(createPlaceStore(() => storage, 5).found.map(({ view }) => view)).toEqual(['a', 'c'])
  })

  it('are left out without the pins of their view, which are found over several reloads', () => {
    const storage = fakeStorage()
    const pinned = new Map([['a-1', { x: 1, y: 2.5 }]])
    const store = createPlaceStore(() => storage, 5)
    store.note({ ...kept('a', 2), pinned })
    for (const view of ['b', 'c']) store.note(kept(view, 2))
    store.write()
    for (let loads = 0; loads < 2; loads++) {
      const again = createPlaceStore(() => storage, 5)
      const pins = again.found.map((one) => [one.view, one.places.size, one.pinned])
      expect(pins).toEqual([
        ['a', 0, pinned],
        ['b', 2, new Map()],
        ['c', 2, new Map()],
      ])
      again.write()
    }
  })

  it.each(['', '{', '7', '[[1]]', '[["hosts","flow",[7]]]'])('are not read from %s', (text) => {
    expect(createPlaceStore(() => fakeStorage(new Map([['scope.places', text]])), 5).found).toEqual([])
  })

  it('are not kept where the browser forbids it', () => {
    const store = createPlaceStore(() => {
      throw new Error('forbidden')
    }, 5)
    store.note(kept('hosts', 2))
    store.write()
    expect(store.found).toEqual([])
  })
})
