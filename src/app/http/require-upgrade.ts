import type { Context } from 'hono'
import { ApiError } from './api-error.ts'
import type { AppEnv, UpgradeRequest } from './env.ts'

/** The request as one that asks for a WebSocket. @throws {ApiError} 426 when it does not */
export const requireUpgrade = (c: Context<AppEnv>): UpgradeRequest => {
  if (c.env.upgrade === undefined)
    throw new ApiError(426, 'upgrade_required', 'this path speaks WebSocket only', {
      headers: { upgrade: 'websocket', connection: 'upgrade' },
    })
  return c.env.upgrade
}
