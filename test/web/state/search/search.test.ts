import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { settings } from '../../../../web/settings.ts'
import { createSearch, type SearchState } from '../../../../web/state/search/search.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { graph, node } from '../../support/graph.ts'

const { searchPauseMs, searchPollMs } = settings.data

let dispose: () => void
let search: SearchState
let asked: string[]
let filter: (text: string) => void
let show: (graph: Graph) => void

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
  asked = []
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(`${url.pathname} ${url.searchParams.get('q')}`)
    // Of a view, what matches within its closed groups.
    return Response.json(
      url.pathname.startsWith('/api/topology')
        ? { nodes: { group: {} }, edges: {}, query: { text: url.searchParams.get('q') } }
        : { views: [], from: 0, to: 0, items: [] },
    )
  })
  createRoot((end) => {
    dispose = end
    const [held, setFilter] = createSignal('')
    const [shown, setGraph] = createSignal(graph('web', 'db'))
    ;[filter, show] = [setFilter, setGraph]
    search = createSearch({
      graph: shown,
      view: () => ({ id: 'hosts', query: '?stopped=both' }),
      filter: held,
      options: () => ({}),
    })
  })
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const type = (text: string) => search.type(text, text.length)
const pause = () => vi.advanceTimersByTimeAsync(searchPauseMs)
const withGroup = {
  ...graph('web'),
  nodes: new Map(
    [node('web'), node('group', { group: { id: 'group', label: 'group' } })].map((one) => [one.id, one]),
  ),
}

it('the page finds at once, and the app is asked when typing pauses', async () => {
  type('we')
  expect([...(search.found()?.nodes ?? [])]).toEqual(['web'])
  await vi.advanceTimersByTimeAsync(searchPauseMs - 1)
  type('web')
  await vi.advanceTimersByTimeAsync(searchPauseMs - 1)
  expect(asked).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toEqual(['/api/search web'])
})

it('the app is asked again while there is something to ask, and no longer', async () => {
  type('web')
  await pause()
  await vi.advanceTimersByTimeAsync(searchPollMs)
  expect(asked).toHaveLength(2)
  type('')
  await vi.advanceTimersByTimeAsync(searchPollMs * 3)
  expect(asked).toHaveLength(2)
})

it('what is typed is asked for within the filter, and the filter alone without it', async () => {
  filter('host:a')
  await pause()
  type('web')
  await pause()
  expect(asked).toEqual(['/api/search host:a', '/api/search host:a web'])
})

it('the app is not asked for what is no query', async () => {
  type('web (')
  await pause()
  expect([search.read().kind, search.found(), asked]).toEqual(['error', undefined, []])
})

it('what is within closed groups is asked of the app, and added to what the page finds', async () => {
  show(withGroup)
  type('web')
  expect([...(search.found()?.nodes ?? [])]).toEqual(['web'])
  await pause()
  expect(asked.toSorted()).toEqual(['/api/complete web', '/api/search web', '/api/topology/hosts web'])
  expect([...(search.found()?.nodes ?? [])]).toEqual(['web', 'group'])
})

it('an answer for what was typed before is not shown', async () => {
  show(withGroup)
  type('web')
  await pause()
  type('we')
  expect([...(search.found()?.nodes ?? [])]).toEqual(['web'])
})
