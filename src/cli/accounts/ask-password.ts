import { passwordLength } from '../../api/session.ts'
import { CommandError } from '../options/usage-error.ts'
import { askSilently } from '../terminal/ask-silently.ts'
import type { Terminal } from '../terminal/terminal.ts'

const NO_PASSWORD = 'no password was given; nothing was changed'
const MAX_INPUT_BYTES = 4 * passwordLength.max + 2

/**
 * Asks for a new password: twice and without echo on a terminal, else the input is the password, up to the line's end.
 *
 * @throws CommandError when it is too short or too long, was not repeated, or when the input ended
 */
export const askNewPassword = async (user: string, terminal: Terminal): Promise<string> => {
  const { input } = terminal
  if (input.isTTY !== true) return checked(oneLine(await readAll(input)))
  const password = checked(await askSilently(`New password for ${user}: `, terminal, NO_PASSWORD))
  if ((await askSilently('The same again: ', terminal, NO_PASSWORD)) !== password)
    throw new CommandError('the two passwords differ; nothing was changed')
  return password
}

const checked = (password: string): string => {
  const { min, max } = passwordLength
  if (password.length < min)
    throw new CommandError(`the password is too short: use at least ${min} characters`)
  if (password.length > max) throw new CommandError(`the password is too long: use at most ${max} characters`)
  return password
}

const readAll = async (input: NodeJS.ReadableStream): Promise<string> => {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk))
    sizeBytes += chunk.length
    if (sizeBytes > MAX_INPUT_BYTES)
      throw new CommandError(`the password is too long: use at most ${passwordLength.max} characters`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const oneLine = (text: string): string => {
  const line = text.replace(/\r?\n$/, '')
  if (/[\r\n]/.test(line)) throw new CommandError('the password on standard input has more than one line')
  return line
}
