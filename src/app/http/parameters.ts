import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { Operation } from '../../api/operations/entry/operation.ts'
import { fieldPath } from '../../report/encoding/field-path.ts'
import { ApiError } from './api-error.ts'

/**
 * Middleware that refuses query parameters that the operation does not have, or that occur more than once. Otherwise a
 * misspelt parameter would be ignored silently.
 */
export const onlyKnownParameters = ({ path, request }: Operation): MiddlewareHandler => {
  const known = Object.keys(request.query.shape)
  return async (c, next) => {
    const given = [...namesIn(c)]
    for (const [i, name] of given.entries()) {
      if (!known.includes(name)) throw refused(name, `${path} has no such parameter; ${wordsOf(known)}`)
      if (given.indexOf(name) < i) throw refused(name, 'is given more than once; put its values in one')
    }
    await next()
  }
}

/** Validation hook that turns a failed schema check of a request's parameters or body into a 400 error. */
export const refuseInvalid = (
  result:
    | { readonly success: true; readonly target: string }
    | { readonly success: false; readonly target: string; readonly error: z.ZodError },
): void => {
  if (result.success) return
  const [issue] = result.error.issues
  const field = fieldPath(issue?.path.slice(0, 1) ?? [])
  throw refused(field, complaint(issue), result.target === 'json' ? 'the body' : 'the query')
}

const refused = (field: string | undefined, message: string, whole = 'the query'): ApiError =>
  new ApiError(400, 'invalid_parameter', `${field?.slice(0, 100) ?? whole}: ${message}`, {
    ...(field === undefined ? {} : { field: field.slice(0, 100) }),
  })

const namesIn = (c: Context): Iterable<string> => {
  const at = c.req.url.indexOf('?')
  return at < 0 ? [] : new URLSearchParams(c.req.url.slice(at)).keys()
}

const wordsOf = (known: readonly string[]): string =>
  known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`

const complaint = (issue: z.core.$ZodIssue | undefined): string =>
  issue?.code === 'invalid_value' ? `use one of ${issue.values.join(', ')}` : (issue?.message ?? 'not valid')
