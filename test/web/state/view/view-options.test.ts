import { batch, createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ViewDescription } from '../../../../src/api/types.ts'
import { parseRoute, type Route } from '../../../../web/domain/address/route.ts'
import { settings } from '../../../../web/settings.ts'
import { createViewOptions, type ViewOptions } from '../../../../web/state/view/view-options.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

const viewOf = (id: string, group?: string): ViewDescription =>
  ({
    ...{ url: `/api/topology/${id}`, name: id, options: [] },
    ...(group && { suggested: { group, count: 5 } }),
  }) as unknown as ViewDescription

let dispose: () => void
let options: ViewOptions
let route: () => Route
let show: (view: ViewDescription) => void
let grow: (size: number) => void
let hold: (isHeld: boolean) => void

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
  createRoot((end) => {
    dispose = end
    const [held, setRoute] = createSignal(parseRoute(''))
    const [view, setView] = createSignal<ViewDescription>()
    const [size, setSize] = createSignal(0)
    const [isHeld, setHeld] = createSignal(false)
    route = held
    ;[show, grow, hold] = [setView, setSize, setHeld]
    const go = (change: Partial<Route>) => void setRoute((before) => ({ ...before, ...change }))
    options = createViewOptions({ route, go }, view, { size, isHeld })
  })
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const grouping = () => route().options.group
const opened = () => vi.advanceTimersByTime(settings.data.openingMs)

it('a view is folded as the app suggests, and the address says so', () => {
  show(viewOf('containers', 'host'))
  expect([options.options().group, grouping()]).toEqual(['host', 'host'])
})

it('follows what the app suggests only while it is being opened', () => {
  show(viewOf('containers', 'host'))
  show(viewOf('containers', 'project'))
  expect(grouping()).toBe('project')
  opened()
  show(viewOf('containers', 'host'))
  expect(grouping()).toBe('project')
})

it('is folded otherwise when it has grown far too large, unless it stands still', () => {
  show(viewOf('containers', 'host'))
  opened()
  show(viewOf('containers', 'project'))
  hold(true)
  grow(1_000)
  expect(grouping()).toBe('host')
  hold(false)
  expect(grouping()).toBe('project')
})

it('stays as somebody has chosen, also elsewhere', () => {
  show(viewOf('containers', 'host'))
  options.go({ options: { group: 'image' } })
  grow(1_000)
  expect([grouping(), options.optionsIn('processes').group]).toEqual(['image', 'image'])
})

it('what was taken by itself is not taken along to another view', () => {
  show(viewOf('containers', 'host'))
  expect(options.optionsIn('processes')).toEqual({})
  batch(() => {
    options.go({ view: 'processes' })
    show(viewOf('processes'))
  })
  expect([route().view, grouping()]).toEqual(['processes', undefined])
})

it('another view that is opened is being opened anew', () => {
  show(viewOf('containers', 'host'))
  opened()
  show(viewOf('processes'))
  show(viewOf('processes', 'host'))
  expect(options.options().group).toBe('host')
})
