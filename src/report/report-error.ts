/** Details of a {@link ReportError}. */
export interface ReportErrorOptions {
  /** HTTP status of the answer. */
  readonly status?: 400 | 413 | 415
  /** Where in the report, such as `connections[3].opened`. */
  readonly field?: string
  readonly cause?: unknown
}

/** Thrown for every report that cannot be accepted, wherever in decoding or validation the fault is found. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
  readonly status: 400 | 413 | 415
  /** Machine-readable error code, such as `invalid_field` or `too_large`. */
  readonly code: string
  readonly field: string | undefined

  constructor(code: string, message: string, options: ReportErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = options.status ?? 400
    this.code = code
    this.field = options.field
  }
}
