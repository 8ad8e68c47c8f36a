import type { MiddlewareHandler } from 'hono'
import { ApiError } from './api-error.ts'

/** What {@link liveOnly} needs. */
export interface LiveOnlyOptions {
  /** How old what is shown may be. */
  readonly windowMs: number
  /** The app's clock, ms since 1970. */
  readonly nowMs: () => number
}

/**
 * Lets through requests of this moment. Weave Scope's `timestamp` asks for another one: there is no history to answer it
 * from, and to answer with what is so now would be false.
 */
export const liveOnly =
  ({ windowMs, nowMs }: LiveOnlyOptions): MiddlewareHandler =>
  async (c, next) => {
    // What is no time is refused by the schema of the parameter.
    const askedMs = Date.parse(c.req.query('timestamp') ?? '')
    if (Math.abs(askedMs - nowMs()) > windowMs)
      throw new ApiError(
        400,
        'no_history',
        `timestamp: only what is so now can be shown, since no history is kept; leave it out, or give a time of the last ${windowMs / 1000} s`,
        { field: 'timestamp' },
      )
    await next()
  }
