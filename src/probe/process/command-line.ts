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
  const last = argv.pop() ?? ''
  const kept = last.slice(0, Math.max(0, last.search(/\s\S*$/)))
  return [...argv, ...(kept === '' ? [] : [kept]), '…']
}

const COMM_LENGTH = 15

/**
 * What a process is called: its command name, in full where the kernel cut it and the program's file name tells the rest.
 */
export const processName = (comm: string, argv: readonly string[]): string => {
  if (Buffer.byteLength(comm) < COMM_LENGTH) return comm
  const program = argv[0]?.split(' ', 1)[0]?.split('/').at(-1) ?? ''
  return program.startsWith(comm) ? program : comm
}
