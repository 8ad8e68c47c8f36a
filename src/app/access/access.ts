import type { Context, MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { decideAccess } from './decide.ts'
import type { LocalPeers } from './peer/local-peers.ts'
import { machineFor, refusalPage } from './refusal-page.ts'
import { factsOf } from './request-facts.ts'

/** What {@link access} needs. */
export interface AccessOptions {
  /** The bearer token of the state directory. */
  readonly secret: string
  /** Who is at the other end of connections. */
  readonly peers: LocalPeers
  /** Host name of this machine. */
  readonly hostname: string
  /** Whether the app also listens on loopback, where an SSH tunnel can end. */
  readonly onLoopback: boolean
}

/**
 * Middleware that lets through only requests that {@link decideAccess} allows. A browser that is refused with 401 gets
 * a page that explains what to do; every other client gets a JSON error.
 */
export const access =
  (options: AccessOptions): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { incoming, upgrade } = c.env
    const facts = factsOf(incoming, c.req.path, upgrade !== undefined, options.peers.of(incoming.socket))
    const refused = decideAccess(facts, options.secret)
    if (refused === undefined) return next()
    if (refused.reason !== undefined && !facts.isUpgrade && wantsPage(c)) {
      const { hostname, onLoopback } = options
      const machine = facts.forwardedBy.length > 0 ? undefined : machineFor(facts.host, hostname)
      const port = incoming.socket.localPort ?? 0
      const page = refusalPage({ reason: refused.reason, machine, port, onLoopback })
      return c.html(page, refused.status, { 'cache-control': 'no-store' })
    }
    throw new ApiError(refused.status, refused.code, refused.message, {
      headers: refused.status === 401 ? { 'www-authenticate': 'Bearer realm="Scope"' } : {},
    })
  }

const wantsPage = (c: Context<AppEnv>): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html'
