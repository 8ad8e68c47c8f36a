import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Operation } from '../../api/operations/operation.ts'
import { ApiError } from './api-error.ts'

/** Several times what the longest name and password need, with each character escaped. */
const MAX_BODY_BYTES = 16 * 1024

/**
 * Middleware for operations that take JSON: it refuses bodies of another type, and large ones. A page of another site can send a
 * form without asking, but not JSON.
 */
export const jsonBody = ({ request: { body } }: Operation): MiddlewareHandler[] =>
  body !== undefined && 'application/json' in body.content ? [onlyJson, limited] : []

const onlyJson: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw new ApiError(
      415,
      'unsupported_media_type',
      'the body must be JSON, with "Content-Type: application/json"',
    )
  await next()
}

const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new ApiError(413, 'too_large', `the body is larger than ${MAX_BODY_BYTES} bytes`)
  },
})
