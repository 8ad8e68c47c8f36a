import type { HostPlace } from './host-place.ts'
import type { Login } from './login.ts'

/** A program to be run on a terminal. */
export interface ShellCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Directory to run it in. */
  readonly cwd: string
  /** The device that makes terminals where the program is. */
  readonly ptmx: string
}

/**
 * Makes the terminal on standard input the controlling one: the first terminal that the leader of a session opens is. Then
 * runs the program.
 */
const ON_TERMINAL = 'exec 3<>/proc/self/fd/0 && exec 3>&- && exec "$@"'

/**
 * The command that runs a login shell on the terminal that it gets as standard input, output and error. Whoever runs it
 * makes it the leader of a session of its own.
 *
 * @param hasHome whether the home directory exists; else the shell starts in `/`
 */
export const shellCommand = (
  { shell, home, env }: Login,
  { root, isElsewhere }: HostPlace,
  hasHome: boolean,
  nsenter = 'nsenter',
): ShellCommand => {
  const directory = hasHome ? home : '/'
  const entering = [nsenter, '-t1', '-m', '-u', '-i', '-n', '--no-fork', `--wd=${root}${directory}`, '--']
  return {
    file: '/bin/sh',
    args: ['-c', ON_TERMINAL, 'sh', ...(isElsewhere ? entering : []), shell, '-l'],
    env,
    cwd: isElsewhere ? '/' : directory,
    ptmx: `${root}/dev/ptmx`,
  }
}
