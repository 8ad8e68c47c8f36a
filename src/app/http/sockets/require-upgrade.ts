import type { Context } from 'hono'
import { ApiError } from '../api-error.ts'
import type { AppEnv, UpgradeRequest } from '../env.ts'

/**
 * Returns the WebSocket upgrade of a request.
 *
 * @throws {ApiError} 426 when the request does not ask for one
 */
export const requireUpgrade = (c: Context<AppEnv>): UpgradeRequest => {
  if (c.env.upgrade === undefined)
    throw new ApiError(426, 'upgrade_required', 'this path speaks WebSocket only', {
      headers: { upgrade: 'websocket', connection: 'upgrade' },
    })
  return c.env.upgrade
}
