import type * as z from 'zod'
import { fieldPath } from '../../report/encoding/field-path.ts'

/** Why a request is not done; told to the app. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  /** For programs, see `answerSchema`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * What an app may ask of a probe, by the name of the method. A handler validates its parameters itself.
 *
 * @throws {RequestError} for what the app should be told; any other error is told as `failed` and logged
 */
export type Handlers = ReadonlyMap<string, (params: unknown) => unknown>

/** A handler of validated parameters. @param run may be asynchronous */
export const handlerOf =
  <Params>(schema: z.ZodType<Params>, run: (params: Params) => unknown) =>
  (params: unknown): unknown => {
    const { success, data, error } = schema.safeParse(params)
    if (success) return run(data)
    const [issue] = error.issues
    const field = fieldPath(['params', ...(issue?.path ?? [])])
    throw new RequestError('invalid_params', `${field}: ${issue?.message ?? 'not what was expected'}`)
  }
