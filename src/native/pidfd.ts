import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'
import koffi from 'koffi'

/** Thrown when a call on a pidfd failed. */
export class PidfdError extends Error {
  override readonly name = 'PidfdError'
  readonly call: 'pidfd_open' | 'pidfd_send_signal'
  /** Such as `ESRCH`. */
  readonly code: string

  constructor(call: PidfdError['call'], code: string) {
    super(`${call} failed (${code})`)
    this.call = call
    this.code = code
  }
}

/** A process that stays the same one, even when another process gets its pid. */
export interface Pidfd {
  /** @throws {PidfdError} `ESRCH` when it has ended, `EPERM` when it may not be signalled */
  signal(signal: NodeJS.Signals): void
  close(): void
}

/** Numbers of the calls: the same on all architectures. */
const SYS_PIDFD_SEND_SIGNAL = 424
const SYS_PIDFD_OPEN = 434

type Syscall = (number: number, a: number, b: number, c: number, d: number) => number

let bound: Syscall | undefined

const syscall = (number: number, a: number, b: number, c = 0, d = 0): number => {
  bound ??= koffi
    .load('libc.so.6')
    .func('int64_t syscall(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d)') as Syscall
  return Number(bound(number, a, b, c, d))
}

const failed = (call: PidfdError['call']): PidfdError =>
  new PidfdError(call, getSystemErrorName(-koffi.errno()))

/**
 * Takes hold of the process that has a pid now, in the pid namespace of this process.
 *
 * @throws {PidfdError} `ESRCH` when there is none, `ENOSYS` when the kernel is older than 5.3, and that or `EPERM` when a
 * seccomp filter forbids it
 */
export const openPidfd = (pid: number): Pidfd => {
  const fd = syscall(SYS_PIDFD_OPEN, pid, 0)
  if (fd < 0) throw failed('pidfd_open')
  return {
    signal(name) {
      if (syscall(SYS_PIDFD_SEND_SIGNAL, fd, constants.signals[name]) !== 0) throw failed('pidfd_send_signal')
    },
    close: () => closeSync(fd),
  }
}
