import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../http/env.ts'

const NOT_BUILT = 'The page is not built yet: run "npm run build", then reload.\n'
const FOREVER = 'public, max-age=31536000, immutable'

/**
 * Serves the built page; `/` is its `index.html`. Files under `assets/` have a content hash in their name and may be
 * cached forever; all others are revalidated each time.
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
    return c.text(NOT_BUILT, 503, { 'retry-after': '10', 'cache-control': 'no-store' })
  }
}
