import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../http/env.ts'
import { plainPage } from './plain-page.ts'

const FOREVER = 'public, max-age=31536000, immutable'

/**
 * Serves the built page to anybody, since nothing in it is secret; `/` is its `index.html`. Files under `assets/` have a content
 * hash in their name and may be cached forever; all others are revalidated each time.
 *
 * @param webRoot absolute path of the built page; it need not exist yet
 */
export const staticPage = (webRoot: string): MiddlewareHandler<AppEnv> => {
  const serve = serveStatic<AppEnv>({ rewriteRequestPath: (path) => join(webRoot, path) })
  return async (c, next) => {
    const found = await serve(c, async () => {})
    if (found instanceof Response) {
      found.headers.set('cache-control', c.req.path.startsWith('/assets/') ? FOREVER : 'no-cache')
      return found
    }
    if (c.req.path !== '/') return next()
    const page = plainPage('The page is not built yet', 'Run "npm run build" where Scope is, then reload.')
    return c.html(page, 503, { 'retry-after': '10', 'cache-control': 'no-store' })
  }
}
