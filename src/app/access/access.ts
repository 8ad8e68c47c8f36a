import type { MiddlewareHandler } from 'hono'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { decideAccess } from './decide.ts'
import { factsOf } from './request-facts.ts'

/** Lets through only requests that {@link decideAccess} allows. @param secret the bearer token of the state directory */
export const access =
  (secret: string): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { incoming, upgrade } = c.env
    const refused = decideAccess(factsOf(incoming, c.req.path, upgrade !== undefined), secret)
    if (refused !== undefined)
      throw new ApiError(refused.status, refused.code, refused.message, {
        headers: refused.status === 401 ? { 'www-authenticate': 'Bearer realm="Scope"' } : {},
      })
    await next()
  }
