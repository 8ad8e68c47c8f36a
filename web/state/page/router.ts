import { createSignal } from 'solid-js'
import { takeCode } from '../../data/sign-in-link.ts'
import { changedRoute, formatRoute, parseRoute, type Route } from '../../domain/address/route.ts'

/** The page's address as state. */
export interface Router {
  readonly route: () => Route
  /** Changes the address (see {@link changedRoute}); with `replace` no entry is added to the browser's history. */
  go(change: Partial<Route>, replace?: boolean): void
}

/**
 * Follows the location hash and the back and forward buttons. For the life of the page.
 *
 * @param onCode is called with the one-time code when somebody opens a sign-in link in the page that is open already; the
 * route stays
 */
export function createRouter(onCode: (code: string) => void): Router {
  const [route, setRoute] = createSignal<Route>(parseRoute(location.hash))
  const follow = () => {
    const code = takeCode(formatRoute(route()))
    if (code === undefined) setRoute(parseRoute(location.hash))
    else onCode(code)
  }
  window.addEventListener('popstate', follow)
  window.addEventListener('hashchange', follow)
  return {
    route,
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
