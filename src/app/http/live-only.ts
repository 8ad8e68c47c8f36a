import type { MiddlewareHandler } from 'hono'
import { ApiError } from './api-error.ts'

/** What {@link liveOnly} needs. */
export interface LiveOnlyOptions {
  /** How far `timestamp` may be from the current time. */
  readonly windowMs: number
  /** The app's clock, ms since 1970. */
  readonly nowMs: () => number
}

/**
 * Middleware that refuses requests for another time than now. Weave Scope's parameter `timestamp` asks for the past; no
 * history is kept, and answering with the current state would be wrong.
 */
export const liveOnly =
  ({ windowMs, nowMs }: LiveOnlyOptions): MiddlewareHandler =>
  async (c, next) => {
    // Without a valid timestamp this is NaN, and the comparison below is false. The parameter's schema refuses
    // malformed ones.
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
