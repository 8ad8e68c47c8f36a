import { createEffect, createRenderEffect, createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createRouter, type PageRouter } from '../../../../web/state/page/router.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

let codes: string[]
let entries: string[]
let router: PageRouter

/** Puts a text into the address as a browser does. */
const put = (hash: string) => {
  location.href = new URL(hash, location.href).href
}
const begin = (hash: string) => {
  stubBrowser(`http://localhost/${hash}`)
  entries = [location.hash]
  vi.stubGlobal('history', {
    pushState: (_: unknown, __: string, to: string) => {
      put(to)
      entries.push(location.hash)
    },
    replaceState: (_: unknown, __: string, to: string) => {
      put(to)
      entries[entries.length - 1] = location.hash
    },
  })
  router = createRouter((code) => void codes.push(code))
}
beforeEach(() => {
  codes = []
  begin('#/containers?q=web')
})
afterEach(() => void vi.unstubAllGlobals())

it('begins where the address says', () =>
  expect([router.route().view, router.route().search]).toEqual(['containers', 'web']))

it('adds an entry to the history for each change, or replaces the last one', () => {
  router.go({ search: 'db' })
  router.go({ ring: 'CPU' }, true)
  expect(entries).toHaveLength(2)
  expect(entries[0]).toBe('#/containers?q=web')
  expect(entries[1]).toContain('q=db')
  expect([router.route().search, router.route().ring]).toEqual(['db', 'CPU'])
})

it('adds no entry for what changes nothing', () => {
  router.go({ search: 'web' })
  expect(entries).toEqual(['#/containers?q=web'])
})

it.each(['popstate', 'hashchange'])('follows the address on %s', (event) => {
  put('#/hosts')
  window.dispatchEvent(new Event(event))
  expect([router.route().view, router.route().search]).toEqual(['hosts', ''])
})

it('counts how often the browser has led elsewhere, and not what the page has changed itself', () => {
  router.go({ search: 'db' })
  expect(router.arrivals()).toBe(0)
  const seen: [number, string][] = []
  const end = createRoot((dispose) => {
    createRenderEffect(() => void seen.push([router.arrivals(), router.route().search]))
    return dispose
  })
  put('#/containers?q=web')
  window.dispatchEvent(new Event('popstate'))
  end()
  // Both at once.
  expect(seen).toEqual([
    [0, 'db'],
    [1, 'web'],
  ])
})

it('leads whoever follows arrivals only when others have shown the view that the browser has led to', () => {
  const shownAtArrivals: string[] = []
  const end = createRoot((dispose) => {
    const [shown, setShown] = createSignal('')
    createEffect(() => void setShown(router.route().view ?? ''))
    createEffect(() => {
      const now = [router.arrivals(), router.route().view, shown()] as const
      shownAtArrivals.push(now[2])
    })
    return dispose
  })
  shownAtArrivals.length = 0
  put('#/hosts')
  window.dispatchEvent(new Event('popstate'))
  end()
  expect(shownAtArrivals[0]).toBe('hosts')
})

it('takes the code of a sign-in link, and stays where it was', () => {
  const code = 'A'.repeat(22)
  put(`#code=${code}`)
  window.dispatchEvent(new Event('hashchange'))
  expect([codes, router.route().view, location.hash]).toEqual([[code], 'containers', '#/containers?q=web'])
})
