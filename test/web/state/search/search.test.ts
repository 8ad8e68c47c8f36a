import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyGraph, type Graph } from '../../../../web/domain/graph/graph.ts'
import { settings } from '../../../../web/settings.ts'
import { createSearch, type SearchState } from '../../../../web/state/search/search.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { graph, node } from '../../support/graph.ts'

const { searchPauseMs, searchPollMs } = settings.data
/** A page in which nothing is idle by itself counts as that after so long. */
const IDLE_MS = 1000

let dispose: () => void
let search: SearchState
let asked: string[]
let filter: (text: string) => void
let show: (graph: Graph) => void

const create = (first: Graph) =>
  createRoot((end) => {
    dispose = end
    const [held, setFilter] = createSignal('')
    const [shown, setGraph] = createSignal(first)
    ;[filter, show] = [setFilter, setGraph]
    search = createSearch({
      graph: shown,
      view: () => ({ id: 'hosts', query: '?stopped=both' }),
      filter: held,
      options: () => ({}),
    })
  })
/** Until the page has had nothing else to do, and what it loads then is there. */
const idle = async () => {
  await vi.advanceTimersByTimeAsync(IDLE_MS)
  await vi.dynamicImportSettled()
}

beforeEach(async () => {
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
  create(graph('web', 'db'))
  await idle()
})
afterEach(async () => {
  dispose()
  // What is still being loaded would look for the page after it has gone.
  await vi.dynamicImportSettled()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const type = (text: string) => search.type(text, text.length)
const pause = () => vi.advanceTimersByTimeAsync(searchPauseMs)
const found = () => {
  const nodes = search.found()?.nodes
  return nodes && [...nodes]
}
const withGroup = {
  ...graph('web'),
  nodes: new Map(
    [node('web'), node('group', { group: { id: 'group', label: 'group' } })].map((one) => [one.id, one]),
  ),
}

it('the page finds at once, and the app is asked when typing pauses', async () => {
  type('we')
  expect(found()).toEqual(['web'])
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
  expect(found()).toEqual(['web'])
  await pause()
  expect(asked.toSorted()).toEqual(['/api/complete web', '/api/search web', '/api/topology/hosts web'])
  expect(found()).toEqual(['web', 'group'])
})

it('an answer for what was typed before is not shown', async () => {
  show(withGroup)
  type('web')
  await pause()
  type('we')
  expect(found()).toEqual(['web'])
})

describe('what finds', () => {
  beforeEach(() => {
    dispose()
    create(emptyGraph)
  })

  it('is loaded when there is a map and nothing else to do', async () => {
    show(graph('web', 'db'))
    await idle()
    type('we')
    expect(found()).toEqual(['web'])
    expect(search.completion().items[0]?.text).toBe('web')
  })

  it('is not in the way of the map', async () => {
    await idle()
    show(graph('web', 'db'))
    type('we')
    expect(found()).toBeUndefined()
  })

  it('is loaded for what is typed before that, which is a query meanwhile', async () => {
    show(graph('web', 'db'))
    type('w')
    expect([found(), search.completion().items, search.read().kind]).toEqual([undefined, [], 'query'])
    type('we')
    await vi.dynamicImportSettled()
    expect(found()).toEqual(['web'])
    expect(search.completion().items[0]?.text).toBe('web')
  })
})
