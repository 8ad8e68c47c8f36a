import { createSignal } from 'solid-js'
import { formatRoute, parseRoute, type Route } from '../domain/route.ts'

/** The page's address as state. */
export interface Router {
  readonly route: () => Route
  /** Changes the address; with `replace` no entry is added to the browser's history. */
  go(change: Partial<Route>, replace?: boolean): void
}

/** Follows the location hash and the back and forward buttons. */
export function createRouter(): Router {
  const [route, setRoute] = createSignal<Route>(parseRoute(location.hash))
  window.addEventListener('popstate', () => setRoute(parseRoute(location.hash)))
  window.addEventListener('hashchange', () => setRoute(parseRoute(location.hash)))
  return {
    route,
    go(change, replace = false) {
      const next = { ...route(), ...change }
      const hash = formatRoute(next)
      if (hash === formatRoute(route())) return
      if (replace) history.replaceState(null, '', hash)
      else history.pushState(null, '', hash)
      setRoute(next)
    },
  }
}
