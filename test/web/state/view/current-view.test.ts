import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import { parseRoute, type Route } from '../../../../web/domain/address/route.ts'
import type { AppInfo } from '../../../../web/state/app-info.ts'
import { type CurrentView, createCurrentView } from '../../../../web/state/view/current-view.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

const viewOf = (id: string, nodes: number): ViewDescription => ({
  ...{ name: id, rank: 1, hide_if_empty: false, url: `/api/topology/${id}` },
  options: [
    {
      ...{ id: 'stopped', defaultValue: 'running', selectType: 'one' },
      options: ['running', 'both'].map((value) => ({ value, label: value })),
    },
  ],
  stats: { node_count: nodes, nonpseudo_node_count: nodes, edge_count: 0, filtered_nodes: 0 },
})

let dispose: () => void
let current: CurrentView
let route: () => Route
let steps: boolean[]
let go: (change: Partial<Route>) => void
let answer: (views: readonly ViewDescription[]) => void

const begin = (address: string) =>
  createRoot((end) => {
    dispose = end
    steps = []
    const [held, setRoute] = createSignal(parseRoute(address))
    const [views, setViews] = createSignal<readonly ViewDescription[]>()
    route = held
    go = (change) => void setRoute((before) => ({ ...before, ...change }))
    answer = setViews
    const router = {
      route: held,
      go(change: Partial<Route>, replace = false) {
        steps.push(replace)
        go(change)
      },
    }
    current = createCurrentView(router, { views } as AppInfo, { size: () => 0, isHeld: () => false })
  })
beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const all = [viewOf('processes', 5), viewOf('containers', 3), viewOf('hosts', 1)]

it('nothing is shown before the app has told of its views', () => {
  begin('#/containers')
  expect([current.id(), current.shown(), current.query()]).toEqual([undefined, undefined, ''])
})

it('is the view of the address, with its options', () => {
  begin('#/hosts?stopped=both')
  answer(all)
  expect([current.shown(), steps]).toEqual([{ id: 'hosts', query: '?stopped=both' }, []])
})

it.each(['', '#/unknown', '#/unknown/node'])(
  'an address %j leads to the default view, without a step back',
  (address) => {
    begin(address)
    answer(all)
    expect([current.id(), route().view, route().selected, steps]).toEqual([
      'containers',
      'containers',
      undefined,
      [true],
    ])
  },
)

it('the same view stays the same while the app tells other numbers', () => {
  begin('#/hosts')
  answer(all)
  const before = current.shown()
  answer(all.map((view) => ({ ...view })))
  expect(current.shown()).toEqual(before)
})

it('tells names and queries of other views, and closes the card when one is opened', () => {
  begin('#/hosts/alpha?stopped=both')
  answer(all)
  expect([current.nameOf('processes'), current.nameOf('unknown')]).toEqual(['processes', undefined])
  expect([current.queryOf('processes'), current.queryOf('unknown')]).toEqual(['?stopped=both', ''])
  expect(route().selected).toEqual({ kind: 'node', id: 'alpha' })
  current.open('processes')
  expect([current.id(), route().selected, steps]).toEqual(['processes', undefined, [false]])
})
