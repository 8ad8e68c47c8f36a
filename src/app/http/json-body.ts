import type { MiddlewareHandler } from 'hono'
import type { Operation } from '../../api/operations/operation.ts'
import { readBody } from '../reports/body.ts'
import { ApiError } from './api-error.ts'
import type { AppEnv } from './env.ts'

/** Several times what the longest name and password need, with each character escaped. */
const MAX_BODY_BYTES = 16 * 1024
const STALL_MS = 10_000

/**
 * Middleware for operations that take JSON: it reads the body, and refuses one of another type, a large one, and what is no JSON. A
 * page of another site can send a form without asking, but not JSON.
 */
export const jsonBody = ({ request: { body } }: Operation): MiddlewareHandler<AppEnv>[] =>
  body !== undefined && 'application/json' in body.content ? [readJson] : []

const readJson: MiddlewareHandler<AppEnv> = async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw new ApiError(
      415,
      'unsupported_media_type',
      'the body must be JSON, with "Content-Type: application/json"',
    )
  const limits = { bodyBytes: MAX_BODY_BYTES }
  const text = String(await readBody(c.env.incoming, { limits, stallMs: STALL_MS, hold: () => {} }))
  if (!isJson(text)) throw new ApiError(400, 'invalid_json', 'the body is no JSON')
  // Hono keeps promises there, although its type says otherwise.
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) })
  await next()
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
