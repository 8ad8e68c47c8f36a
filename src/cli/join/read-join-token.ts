import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { CommandError } from '../options/usage-error.ts'
import { askSilently } from '../terminal/ask-silently.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type JoinToken, parseJoinToken } from './join-token.ts'

/** Many times as long as the line that `scope token --join` prints. */
const MAX_BYTES = 16_384

/**
 * Reads the join token that `--join` asks for.
 *
 * @param from path of a file that only its owner may read, or `-` for standard input: a terminal is asked, and does not show it
 * @throws {CommandError}
 */
export const readJoinToken = async (from: string, terminal: Terminal): Promise<JoinToken> => {
  if (from === '-') {
    const { input } = terminal
    return parseJoinToken(
      input.isTTY === true
        ? await askSilently(
            'Join token (it is not shown): ',
            terminal,
            'no join token was given; nothing was changed',
          )
        : await readBounded(input, 'standard input'),
    )
  }
  try {
    if (((await stat(from)).mode & 0o077) !== 0)
      throw new CommandError(`other users may read the join token in ${from}; run "chmod 600 ${from}"`)
    return parseJoinToken(await readBounded(createReadStream(from), from))
  } catch (cause) {
    if (cause instanceof CommandError) throw cause
    throw new CommandError(`cannot read the join token in ${from}: ${(cause as Error).message}`, { cause })
  }
}

const readBounded = async (input: NodeJS.ReadableStream, name: string): Promise<string> => {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk))
    sizeBytes += chunk.length
    if (sizeBytes > MAX_BYTES) throw new CommandError(`${name} holds more than a join token`)
  }
  return Buffer.concat(chunks).toString('utf8')
}
