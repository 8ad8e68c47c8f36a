import * as z from 'zod'
import type { ControlArguments } from '../../../../report/control/control.ts'
import type { ArgumentDescription } from '../../../../report/control/control-argument.ts'
import { RequestError } from '../../../channel/methods.ts'

/** What to run in a container. */
export interface ExecArguments {
  /** A program with its arguments, or a line for a shell; undefined for a shell to type into. */
  readonly command: readonly string[] | string | undefined
  readonly tty: boolean
  readonly user: string | undefined
  readonly workdir: string | undefined
}

const MAX_WORDS = 1024

// An argument with a NUL would be cut there.
const word = z.string().refine((text) => !text.includes('\0'), 'contains a NUL character')
const argvSchema = z.array(word).min(1).max(MAX_WORDS)

/** `["ls","-l"]` is a program with its arguments. Anything else, `[ -e /x ] && ls` too, is a line for a shell. */
const commandOf = (text: string): readonly string[] | string => {
  if (text.trimStart().startsWith('[')) {
    try {
      const value: unknown = JSON.parse(text)
      if (Array.isArray(value)) return argvSchema.parse(value)
    } catch (error) {
      if (error instanceof z.ZodError)
        throw new RequestError(
          'invalid_params',
          `command is ${text.slice(0, 100)}; expected a list of 1 to ${MAX_WORDS} texts, or a line for a shell`,
        )
    }
  }
  return text
}

const argumentsSchema = z.strictObject({
  command: z.exactOptional(word),
  tty: z.enum(['true', 'false']).default('true'),
  user: z.exactOptional(
    z.string().regex(/^[^\s\0:]{1,128}(?::[^\s\0:]{1,128})?$/, 'expected a user, or user:group'),
  ),
  workdir: z.exactOptional(word.regex(/^\//, 'expected a path that begins with /').max(4096)),
})

/** What a person may fill in to run something in a container. */
export const execArguments = [
  {
    name: 'command',
    label: 'Command',
    kind: 'text',
    hint: 'A line for a shell, such as ls -l /etc | tail, or a list, such as ["ls", "-l"]. Empty: a shell to type into.',
  },
  {
    name: 'user',
    label: 'User',
    kind: 'text',
    hint: 'A name or an id, or user:group. Empty: the user of the container.',
  },
  {
    name: 'workdir',
    label: 'Working directory',
    kind: 'text',
    hint: 'A path that begins with /. Empty: the directory of the container.',
  },
  {
    name: 'tty',
    label: 'In a terminal (TTY)',
    kind: 'flag',
    default: 'true',
    hint: 'Without one, output and errors stay apart, and the input has an end.',
  },
] as const satisfies readonly (ArgumentDescription & { readonly name: keyof ExecArguments })[]

/**
 * Reads the arguments of `docker_exec_container`. Empty ones count as missing.
 *
 * @throws {RequestError} that names the argument which is wrong
 * @example
 * execArgumentsOf({ command: '["id"]', tty: 'false' }) // { command: ['id'], tty: false, … }
 */
export const execArgumentsOf = (args: ControlArguments): ExecArguments => {
  const given = Object.fromEntries(Object.entries(args).filter(([, text]) => text !== ''))
  const { success, data, error } = argumentsSchema.safeParse(given)
  if (!success) {
    const [issue] = error.issues
    const name = issue?.path.join('.') || 'arguments'
    throw new RequestError('invalid_params', `${name}: ${issue?.message ?? 'not what was expected'}`)
  }
  return {
    command: data.command === undefined ? undefined : commandOf(data.command),
    tty: data.tty === 'true',
    user: data.user,
    workdir: data.workdir,
  }
}
