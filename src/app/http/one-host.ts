import type { MiddlewareHandler } from 'hono'
import { ApiError } from './api-error.ts'
import type { AppEnv } from './env.ts'

/**
 * Refuses requests with several `Host` headers: Node takes the first, a proxy in front may take the last, and who may ask
 * depends on it.
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
