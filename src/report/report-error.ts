/** What a report was refused for. */
export interface ReportErrorOptions {
  /** HTTP status of the answer. */
  readonly status?: 400 | 413 | 415
  /** Where in the report, such as `connections[3].opened`. */
  readonly field?: string
  readonly cause?: unknown
}

/** A report that cannot be accepted: the one error of the boundary between probe and app. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
  readonly status: 400 | 413 | 415
  /** For programs, such as `invalid_field` or `too_large`. */
  readonly code: string
  readonly field: string | undefined

  constructor(code: string, message: string, options: ReportErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = options.status ?? 400
    this.code = code
    this.field = options.field
  }
}
