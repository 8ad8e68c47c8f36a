import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ErrorBody } from '../../api/types.ts'

/** What goes with the error of an answer. */
export interface ApiErrorOptions {
  /** Which parameter or field is wrong. */
  readonly field?: string
  /** Where in the value of `field`, in UTF-16 units. */
  readonly offset?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A request that is refused: thrown anywhere, answered in one place as `{error: {code, message, field?}}`. */
export class ApiError extends HTTPException {
  override readonly name = 'ApiError'
  /** For programs, such as `unknown_view`. */
  readonly code: string
  readonly field: string | undefined
  readonly offset: number | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(status: ContentfulStatusCode, code: string, message: string, options: ApiErrorOptions = {}) {
    super(status, { message, cause: options.cause })
    this.code = code
    this.field = options.field
    this.offset = options.offset
    this.headers = options.headers ?? {}
  }
}

/** The JSON shape of every error. */
export const errorBody = (code: string, message: string, field?: string, offset?: number): ErrorBody => ({
  error: {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(offset === undefined ? {} : { offset }),
  },
})
