import type { MiddlewareHandler } from 'hono'
import { ApiError } from './api-error.ts'
import type { AppEnv } from './env.ts'

/**
 * Middleware that refuses requests with several `Host` headers. Node uses the first one, a proxy may use the last, and
 * the access decision depends on it.
 */
export const oneHost = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  const { rawHeaders } = c.env.incoming
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host')
  if (hosts.length > 1)
    throw new ApiError(400, 'bad_request', 'the request has several Host headers: which host is meant?', {
      field: 'host',
    })
  await next()
}
