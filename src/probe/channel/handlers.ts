import type * as z from 'zod'
import { fieldPath } from '../../report/encoding/field-path.ts'

/** Thrown when a request cannot be done; the app gets the code and message. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  /** Machine-readable code, see `answerSchema`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The methods that an app may call, by name. A handler validates its parameters itself.
 *
 * @throws {RequestError} for errors that the app should see; any other error is sent as `failed` and logged
 */
export type Handlers = ReadonlyMap<string, (params: unknown) => unknown>

/** Makes a handler that validates its parameters. @param run may be asynchronous */
export const handlerOf =
  <Params>(schema: z.ZodType<Params>, run: (params: Params) => unknown) =>
  (params: unknown): unknown => {
    const { success, data, error } = schema.safeParse(params)
    if (success) return run(data)
    const [issue] = error.issues
    const field = fieldPath(['params', ...(issue?.path ?? [])])
    throw new RequestError('invalid_params', `${field}: ${issue?.message ?? 'not what was expected'}`)
  }
