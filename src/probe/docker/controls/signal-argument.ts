import * as z from 'zod'
import type { ArgumentDescription } from '../../../report/control/control-argument.ts'
import { RequestError } from '../../channel/methods.ts'

const DEFAULT_SIGNAL = 'SIGKILL'

/** What a person may choose to kill a container with: what programs are commonly told by. Others can be given by name. */
export const signalArgument = {
  name: 'signal',
  label: 'Signal',
  kind: 'choice',
  choices: [
    DEFAULT_SIGNAL,
    'SIGTERM',
    'SIGINT',
    'SIGQUIT',
    'SIGHUP',
    'SIGUSR1',
    'SIGUSR2',
    'SIGWINCH',
    'SIGABRT',
    'SIGRTMIN+3',
  ],
  default: DEFAULT_SIGNAL,
  hint: 'Sent to the main process of the container. Only SIGKILL always ends it.',
} as const satisfies ArgumentDescription

const signalSchema = z
  .string()
  .trim()
  .regex(/^(?:[1-9]|[1-5]\d|6[0-4]|(?:SIG)?[A-Z][A-Z0-9]{1,9}(?:[+-]\d{1,2})?)$/i)

/** The signal to kill with, `SIGKILL` by default. @throws {RequestError} */
export const signalOf = (text: string | undefined): string => {
  if (text === undefined || text === '') return DEFAULT_SIGNAL
  const { success, data } = signalSchema.safeParse(text)
  if (!success)
    throw new RequestError(
      'invalid_params',
      `signal is "${text}"; expected a name such as SIGTERM, or a number`,
    )
  return /^\d/.test(data) ? data : `SIG${data.toUpperCase().replace(/^SIG/, '')}`
}
