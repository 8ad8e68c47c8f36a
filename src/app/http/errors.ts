import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Faults } from '../../log/faults.ts'
import { ReportError } from '../../report/report-error.ts'
import { StateError } from '../../state/state-dir.ts'
import { OptionError } from '../../topology/views.ts'
import { ApiError, errorBody } from './api-error.ts'
import { answerJson } from './sending/json.ts'

/**
 * Turns whatever a route throws into a JSON error. An unexpected exception is a bug in Scope: it is recorded as a fault
 * and answered with 500 `internal`.
 */
export const answerErrors =
  (faults: Faults): ErrorHandler =>
  (error, c) => {
    if (error instanceof ApiError) {
      for (const [name, value] of Object.entries(error.headers)) c.header(name, value)
      return answer(c, error.status, error.code, error.message, error.field, error.offset)
    }
    if (error instanceof ReportError) return answer(c, error.status, error.code, error.message, error.field)
    if (error instanceof OptionError) return answer(c, 400, 'invalid_parameter', error.message, error.field)
    if (error instanceof HTTPException)
      return answer(c, error.status, 'refused', error.message || 'the request was refused')
    if (error instanceof StateError) {
      faults.happened('accounts', `answer ${c.req.method} ${routePath(c)}`, error)
      return answer(c, 503, 'no_accounts', 'Scope cannot use its accounts at the moment; its log says why')
    }
    faults.happened('requests', `answer ${c.req.method} ${routePath(c)}`, error)
    return answer(c, 500, 'internal', 'the request failed inside Scope; its log says more')
  }

const answer = (
  c: Context,
  status: ContentfulStatusCode,
  code: string,
  message: string,
  field?: string,
  offset?: number,
) => {
  c.header('cache-control', 'no-store')
  return answerJson(c, JSON.stringify(errorBody(code, message, field, offset)), status)
}

/** Answers 404 for a path that no route has. */
export const notFound = (c: Context): never => {
  throw new ApiError(404, 'not_found', `there is nothing at ${c.req.path.slice(0, 200)}`)
}

/**
 * Answers 405 for a path that exists but not with the request's method.
 *
 * @param methods those that the path has, such as `get`
 */
export const methodNotAllowed = (methods: readonly string[]) => {
  const allowed = methods.map((method) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase())).join(', ')
  return (c: Context): never => {
    throw new ApiError(405, 'method_not_allowed', `${c.req.method} is not possible here; use ${allowed}`, {
      headers: { allow: allowed },
    })
  }
}
