import * as z from 'zod'
import type { ControlAnswer } from '../../api/types.ts'
import type { ControlArguments } from '../../report/control/control.ts'
import type { ControlKind } from '../../report/control/control-kind.ts'
import type { Subject } from '../access/subject.ts'
import { ApiError } from '../http/api-error.ts'
import type { Pipes } from '../pipes/pipes.ts'

/** The controls by which Weave Scope's clients resize a terminal, by the kind of the control that opened it. */
const resizeControls: Readonly<Partial<Record<ControlKind, string>>> = {
  container: 'docker_resize_exec_tty',
  host: 'host_resize_exec_tty',
}

const ids: ReadonlySet<string> = new Set(Object.values(resizeControls))

/** Whether a control resizes the terminal of a pipe. Such controls are the app's own: no probe has them. */
export const isResize = (control: string): boolean => ids.has(control)

/** Names the control that resizes what a control of a kind has opened. */
export const resizeControlOf = (kind: ControlKind): Pick<ControlAnswer, 'resize_tty_control'> => {
  const id = resizeControls[kind]
  return id === undefined ? {} : { resize_tty_control: id }
}

const cells = z
  .string('is missing')
  .regex(/^\d{1,4}$/, 'a decimal number')
  .transform(Number)
  .pipe(z.int().min(1, 'at least 1').max(1000, 'at most 1000'))

const argumentsSchema = z.strictObject({
  pipeID: z.string('is missing').max(200),
  width: cells,
  height: cells,
})

/**
 * Resizes the terminal of a pipe.
 *
 * @throws {ApiError} 400 for wrong arguments, 404 `unknown_pipe` when the subject has no such pipe
 */
export const resizePipe = (pipes: Pick<Pipes, 'resize'>, subject: Subject, args: ControlArguments): void => {
  const { success, data, error } = argumentsSchema.safeParse(args)
  if (!success) {
    const [issue] = error.issues
    const field = String(issue?.path[0] ?? 'the arguments')
    throw new ApiError(400, 'invalid_params', `${field}: ${issue?.message ?? 'not valid'}`, { field })
  }
  if (!pipes.resize(data.pipeID, subject, { columns: data.width, rows: data.height }))
    throw new ApiError(404, 'unknown_pipe', 'you have no such pipe, or it has ended')
}
