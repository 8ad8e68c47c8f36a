import type { MiddlewareHandler } from 'hono'

const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i

// Browsers differ in whether 'self' covers ws: of the same host, so ws: is listed explicitly when the host is
// well-formed.
const sockets = (host: string | undefined): string =>
  host !== undefined && HOST.test(host) ? ` ws://${host} wss://${host}` : ''

// The page asks nothing of a device. What it copies goes by `clipboard-write`, which is left as it is.
const NO_POWERS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'serial',
  'usb',
]
  .map((power) => `${power}=()`)
  .join(', ')

/**
 * Security headers of every response: the page runs only its own files, cannot be framed, and other sites cannot read
 * what is served.
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
  'permissions-policy': NO_POWERS,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
})

/** Middleware that sets {@link securityHeaders} on every response, errors included. */
export const secureAnswers = (): MiddlewareHandler => async (c, next) => {
  await next()
  // Of an answer that is made, `c.header` would make a copy for each of them.
  const { headers } = c.res
  for (const [name, value] of Object.entries(securityHeaders(c.req.header('host')))) headers.set(name, value)
}
