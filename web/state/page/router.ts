import { batch, createSignal } from 'solid-js'
import { takeCode } from '../../data/sign-in-link.ts'
import { changedRoute, formatRoute, parseRoute, type Route } from '../../domain/address/route.ts'

/** The page's address as state. */
export interface Router {
  readonly route: () => Route
  /** Changes the address (see {@link changedRoute}); with `replace` no entry is added to the browser's history. */
  go(change: Partial<Route>, replace?: boolean): void
}

/** The address, and what the browser does to it. */
export interface PageRouter extends Router {
  /** How often the browser has led elsewhere: back, forward, or by a link. */
  readonly arrivals: () => number
}

/**
 * Follows the location hash and the back and forward buttons. For the life of the page.
 *
 * @param onCode is called with the one-time code when somebody opens a sign-in link in the page that is open already; the
 * route stays
 */
export function createRouter(onCode: (code: string) => void): PageRouter {
  const [route, setRoute] = createSignal<Route>(parseRoute(location.hash))
  const [arrivals, setArrivals] = createSignal(0)
  const follow = () => {
    const code = takeCode(formatRoute(route()))
    if (code !== undefined) return onCode(code)
    batch(() => {
      // First: effects run in the order of the signals, and who follows arrivals is to find what the address has led to.
      setRoute(parseRoute(location.hash))
      setArrivals(arrivals() + 1)
    })
  }
  window.addEventListener('popstate', follow)
  window.addEventListener('hashchange', follow)
  return {
    route,
    arrivals,
    go(change, replace = false) {
      const next = changedRoute(route(), change)
      const hash = formatRoute(next)
      if (hash === formatRoute(route())) return
      if (replace) history.replaceState(null, '', hash)
      else history.pushState(null, '', hash)
      setRoute(next)
    },
  }
}
