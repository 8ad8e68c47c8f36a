import { batch, createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LayoutKind } from '../../../../web/domain/address/layout-kind.ts'
import { parseRoute, type Route } from '../../../../web/domain/address/route.ts'
import type { Sight } from '../../../../web/domain/plot/sight.ts'
import { createSights, type Sights } from '../../../../web/state/view/sights.ts'

const left = { x: 1, y: 1, width: 10 } as unknown as Sight
const right = { x: 9, y: 9, width: 10 } as unknown as Sight

let dispose: () => void
let sights: Sights
let route: () => Route
let go: (change: Partial<Route>) => void
let open: (view: string | undefined, sight?: Sight) => void

const begin = (first?: string) =>
  createRoot((end) => {
    dispose = end
    const [held, setRoute] = createSignal(parseRoute(''))
    const [view, setView] = createSignal(first)
    route = held
    go = (change) => void setRoute((before) => ({ ...before, ...change }))
    // The address of another view has no sight, or that of a link.
    open = (next, sight) =>
      batch(() => {
        go({ sight })
        setView(next)
      })
    sights = createSights({ route, go }, view)
  })
beforeEach(() => begin('hosts'))
afterEach(() => dispose())

it('a view is as it was left when it is opened again', () => {
  sights.note('hosts', left)
  expect(route().sight).toBe(left)
  open('containers')
  expect(route().sight).toBeUndefined()
  sights.note('containers', right)
  open('hosts')
  expect(route().sight).toBe(left)
})

it('each layout of a view has its own', () => {
  sights.note('hosts', left)
  go({ layout: 'other' as LayoutKind, sight: undefined })
  expect(route().sight).toBeUndefined()
})

it('back to all of the map is remembered, too', () => {
  sights.note('hosts', left)
  sights.note('hosts', undefined)
  open('containers')
  open('hosts')
  expect(route().sight).toBeUndefined()
})

it('a link to a part of the map leads there, and that is remembered', () => {
  sights.note('hosts', left)
  open('containers')
  open('hosts', right)
  expect(route().sight).toBe(right)
  open('containers')
  open('hosts')
  expect(route().sight).toBe(right)
})

it('what is noted late of a view that was left does not change the one that is shown', () => {
  open('containers')
  sights.note('hosts', left)
  expect(route().sight).toBeUndefined()
  open('hosts')
  expect(route().sight).toBe(left)
})

it('the sight in the address is kept until the view is known', () => {
  dispose()
  begin()
  go({ sight: left })
  expect(route().sight).toBe(left)
})
