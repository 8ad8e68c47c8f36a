import { readdirSync } from 'node:fs'
import koffi from 'koffi'

const F_SETFD = 2
const FD_CLOEXEC = 1

type Fcntl = (fd: number, command: number, argument: number) => number

let bound: Fcntl | undefined

/**
 * Keeps all open files but standard input, output and error from programs that are run from now on. Node opens its own
 * files like this, but this process may have inherited others.
 */
export const closeOnExec = (): void => {
  bound ??= koffi.load('libc.so.6').func('int fcntl(int fd, int command, int argument)') as Fcntl
  // One that was closed meanwhile (that of the directory itself) needs nothing.
  for (const fd of readdirSync('/proc/self/fd').map(Number)) if (fd > 2) bound(fd, F_SETFD, FD_CLOEXEC)
}
