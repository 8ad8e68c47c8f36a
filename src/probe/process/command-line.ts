import { beforeLastBlank, CUT } from '../redact/cut.ts'

/**
 * The arguments in the bytes of `/proc/PID/cmdline`.
 *
 * @param cut the bytes end where reading stopped, not where the command line does. What follows the last blank is then
 * left out: half a secret could not be told for one.
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

/** Names that runtimes give their first thread, and so to the process; they say nothing of the program. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['MainThread', 'node-MainThread', 'main'])

/**
 * What a process is called: its command name; in full where the kernel cut it and the program's file name tells the rest, and
 * by that file name where a runtime has put a name of its own in its place.
 */
export const processName = (comm: string, argv: readonly string[]): string => {
  const program = argv[0]?.split(' ', 1)[0]?.split('/').at(-1) ?? ''
  if (SAYS_NOTHING.has(comm)) return program === '' ? comm : program
  if (Buffer.byteLength(comm) < COMM_LENGTH) return comm
  return program.startsWith(comm) ? program : comm
}
