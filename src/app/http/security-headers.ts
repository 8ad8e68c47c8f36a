import type { MiddlewareHandler } from 'hono'

const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i

// Browsers differ in whether 'self' covers ws: of the same host, so it is named where it can be.
const sockets = (host: string | undefined): string =>
  host !== undefined && HOST.test(host) ? ` ws://${host} wss://${host}` : ''

/**
 * Headers of every answer: the page runs nothing but its own files, in no frame, and no other site gets at what is served.
 *
 * @param host the request's `Host`
 */
export const securityHeaders = (host?: string): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${sockets(host)}`,
    "img-src 'self' data:",
    "worker-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
})

/** Puts {@link securityHeaders} on every answer, also on errors. */
export const secureAnswers = (): MiddlewareHandler => async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(securityHeaders(c.req.header('host')))) c.header(name, value)
}
