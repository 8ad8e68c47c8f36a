import { serialize } from 'hono/utils/cookie'
import { cookieName } from '../access/request/credentials.ts'

/** Sessions last no longer. */
const MAX_AGE_SECONDS = 30 * 24 * 3600

/** Where a cookie is valid. */
export interface CookiePlace {
  /** The port that sets it. */
  readonly port: number
  /** Whether the browser speaks TLS. */
  readonly isTls: boolean
}

/** `Set-Cookie` with a session; with undefined, one that removes it. */
export const sessionCookie = (value: string | undefined, { port, isTls }: CookiePlace): string =>
  serialize(cookieName(port), value ?? '', {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: isTls,
    maxAge: value === undefined ? 0 : MAX_AGE_SECONDS,
  })
