import type * as z from 'zod'
import type { ControlKind } from '../../report/control.ts'
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
 * A method that only reads: it changes nothing, so it is no control.
 *
 * `run` validates its parameters itself, may be asynchronous, and throws a {@link RequestError} for errors that the app
 * should see; any other error is sent as `failed` and logged.
 */
export interface ReadingMethod {
  readonly kind: 'reading'
  readonly run: (params: unknown) => unknown
}

/** A method that changes something; see {@link ReadingMethod} for `run`. */
export interface ControlMethod {
  readonly kind: ControlKind
  /** The id of the node that it is about; undefined when the parameters name none. */
  readonly nodeOf: (params: unknown) => string | undefined
  readonly run: (params: unknown) => unknown
}

/** The methods that an app may call, by name. */
export type Methods = ReadonlyMap<string, ReadingMethod | ControlMethod>

/** Makes a function that validates its parameters. @param run may be asynchronous */
export const handlerOf =
  <Params>(schema: z.ZodType<Params>, run: (params: Params) => unknown) =>
  (params: unknown): unknown => {
    const { success, data, error } = schema.safeParse(params)
    if (success) return run(data)
    const [issue] = error.issues
    const field = fieldPath(['params', ...(issue?.path ?? [])])
    throw new RequestError('invalid_params', `${field}: ${issue?.message ?? 'not what was expected'}`)
  }
