import type { Context } from 'hono'
import type * as z from 'zod'
import { fieldPath } from '../../report/field-path.ts'
import { ApiError } from './api-error.ts'

/**
 * The query parameters of a request by their schema; those it does not know are passed over.
 *
 * @throws {ApiError} 400 with the parameter that is wrong and what was expected
 */
export const parseQuery = <Query>(c: Context, schema: z.ZodType<Query>): Query => {
  const result = schema.safeParse(c.req.query())
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = fieldPath(issue?.path.slice(0, 1) ?? [])
  throw new ApiError(400, 'invalid_parameter', `${field ?? 'the query'}: ${complaint(issue)}`, {
    ...(field === undefined ? {} : { field }),
  })
}

const complaint = (issue: z.core.$ZodIssue | undefined): string =>
  issue?.code === 'invalid_value' ? `use one of ${issue.values.join(', ')}` : (issue?.message ?? 'not valid')
