import type { IncomingMessage } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import type { Operation } from '../../api/operations/entry/operation.ts'
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
export const jsonBody = ({
  request: { body },
  'x-body-bytes': bodyBytes = MAX_BODY_BYTES,
}: Operation): MiddlewareHandler<AppEnv>[] => {
  if (body === undefined || !('application/json' in body.content)) return []
  return [readJson({ bodyBytes, isOptional: body.required === false })]
}

const readJson =
  ({
    bodyBytes,
    isOptional,
  }: {
    readonly bodyBytes: number
    readonly isOptional: boolean
  }): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    if (isOptional && !hasBody(c.env.incoming)) {
      keepText(c, '{}')
      return next()
    }
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json')
      throw new ApiError(
        415,
        'unsupported_media_type',
        'the body must be JSON, with "Content-Type: application/json"',
      )
    const limits = { bodyBytes }
    const text = String(await readBody(c.env.incoming, { limits, stallMs: STALL_MS, hold: () => {} }))
    if (!isJson(text)) throw new ApiError(400, 'invalid_json', 'the body is no JSON')
    keepText(c, text)
    await next()
  }

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Keeps the body where the check of it by its schema looks for it. Hono keeps promises there, although its type says otherwise. */
const keepText = (c: Context<AppEnv>, text: string): void => {
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) })
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
