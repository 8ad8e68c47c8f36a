import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ErrorBody } from '../../api/types.ts'

/** Details of an {@link ApiError}. */
export interface ApiErrorOptions {
  /** Name of the wrong parameter or field. */
  readonly field?: string
  /** Position of the fault in the value of `field`, in UTF-16 units. */
  readonly offset?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/**
 * Thrown anywhere to refuse a request; `answerErrors` turns it into `{error: {code, message, field?, offset?}}`.
 *
 * @example
 * throw new ApiError(404, 'unknown_view', 'there is no view pods')
 */
export class ApiError extends HTTPException {
  override readonly name = 'ApiError'
  /** Machine-readable error code, such as `unknown_view`. */
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

/** The JSON body of every error. */
export const errorBody = (code: string, message: string, field?: string, offset?: number): ErrorBody => ({
  error: {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(offset === undefined ? {} : { offset }),
  },
})
