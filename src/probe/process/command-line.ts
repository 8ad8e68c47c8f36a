import { beforeLastBlank, CUT } from '../redact/cut.ts'

/**
 * Splits the bytes of `/proc/PID/cmdline` into arguments.
 *
 * @param cut true when the command line continues beyond these bytes. What follows the last blank is then left out,
 *   since half a secret would not be recognised as one.
 */
export const splitCommandLine = (bytes: Buffer, cut: boolean): string[] => {
  const text = bytes.toString('utf8').replace(/\0+$/, '')
  if (text === '') return []
  const argv = text.split('\0')
  if (!cut) return argv
  const kept = beforeLastBlank(argv.pop() ?? '')
  return [...argv, ...(kept === '' ? [] : [kept]), CUT]
}

const COMM_LENGTH = 15

/** Names that runtimes give to their first thread, and thereby to the process. They say nothing about the program. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['MainThread', 'node-MainThread', 'main'])

/**
 * The display name of a process: its command name. When the kernel cut that to 15 bytes and it begins the program's
 * file name, the file name is used; likewise when a runtime replaced the command name by a generic one.
 */
export const processName = (comm: string, argv: readonly string[]): string => {
  const program = argv[0]?.split(' ', 1)[0]?.split('/').at(-1) ?? ''
  if (SAYS_NOTHING.has(comm)) return program === '' ? comm : program
  if (Buffer.byteLength(comm) < COMM_LENGTH) return comm
  return program.startsWith(comm) ? program : comm
}
