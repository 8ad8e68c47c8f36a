import type * as z from 'zod'
import { fieldPath } from '../../report/encoding/field-path.ts'

/** Thrown when an order cannot be carried out; the app gets the code and message. */
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
 * A method that only reads: it changes nothing, so it is no control. It validates its parameters itself, may be asynchronous, and
 * throws a {@link RequestError} for errors that the app should see; any other error is sent as `failed` and logged.
 *
 * @param signal aborted when the app has given up, or time is over
 */
export type ReadingMethod = (params: unknown, signal: AbortSignal) => unknown

/** The methods that an app may call beside `control`, by name. */
export type Methods = ReadonlyMap<string, ReadingMethod>

/** @throws {RequestError} `invalid_params` with the field and what was expected */
export const parseParams = <Params>(schema: z.ZodType<Params>, params: unknown): Params => {
  const { success, data, error } = schema.safeParse(params)
  if (success) return data
  const [issue] = error.issues
  const field = fieldPath(['params', ...(issue?.path ?? [])])
  throw new RequestError('invalid_params', `${field}: ${issue?.message ?? 'not what was expected'}`)
}

/** Makes a function that validates its parameters. @param run may be asynchronous */
export const handlerOf =
  <Params>(schema: z.ZodType<Params>, run: (params: Params, signal: AbortSignal) => unknown): ReadingMethod =>
  (params, signal) =>
    run(parseParams(schema, params), signal)
