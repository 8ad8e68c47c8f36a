import { openPidfd, type Pidfd, PidfdError } from '../../../native/pidfd.ts'
import { createProcessReader } from '../reader.ts'
import { isKernelThread, isZombie, type ProcessStat } from '../stat.ts'

/** Why a process was not signalled. */
export type SignalFailure =
  /** It has ended; its pid is free, or that of another process. */
  | 'gone'
  /** The kernel does not permit it, or it is a process that is never signalled. */
  | 'not_permitted'
  /** The kernel has no pidfds. */
  | 'unsupported'

/** Thrown when a process was not signalled, with what to tell the person who asked. */
export class SignalError extends Error {
  override readonly name = 'SignalError'
  readonly code: SignalFailure

  constructor(code: SignalFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A signal to one process. */
export interface ProcessSignal {
  /** In the pid namespace of this process. */
  readonly pid: number
  /** Start time in clock ticks since boot, field 22 of `/proc/PID/stat`: with the pid, the identity of a process. */
  readonly startTicks: number
  readonly signal: NodeJS.Signals
  /** Where the proc file system of the same pid namespace is mounted; `/proc` by default. */
  readonly procRoot?: string
}

/**
 * Why the process that has a pid now is not the one to signal.
 *
 * @param stat of the process that has the pid; undefined when none has
 */
export const whyNotSignal = (
  { pid, startTicks }: Pick<ProcessSignal, 'pid' | 'startTicks'>,
  stat: ProcessStat | undefined,
): SignalError | undefined => {
  if (stat === undefined) return new SignalError('gone', `process ${pid} has ended`)
  if (stat.startTicks !== startTicks)
    return new SignalError('gone', `process ${pid} has ended; its pid is that of another process now`)
  if (isZombie(stat))
    return new SignalError(
      'gone',
      `process ${pid} has ended; it stays as a zombie until its parent, process ${stat.ppid}, takes notice`,
    )
  if (isKernelThread(stat))
    return new SignalError('not_permitted', `${stat.comm} is a thread of the kernel, which takes no signals`)
  return undefined
}

const inWords = ({ pid, signal }: ProcessSignal, error: unknown): unknown => {
  if (!(error instanceof PidfdError)) return error
  const { code, call } = error
  if (code === 'ESRCH') return new SignalError('gone', `process ${pid} has ended`, { cause: error })
  if (code === 'EPERM' && call === 'pidfd_send_signal')
    return new SignalError(
      'not_permitted',
      `the probe may not send ${signal} to process ${pid}: without CAP_KILL it can signal only processes of its own user, ${process.geteuid?.()}`,
      { cause: error },
    )
  if (code === 'ENOSYS' || code === 'EPERM')
    return new SignalError(
      'unsupported',
      'this machine does not let the probe signal a process by pidfd: that takes Linux 5.3 or newer, and no seccomp filter that forbids pidfd_open',
      { cause: error },
    )
  return error
}

/** Takes hold of the process, and only then looks whether it is the right one: so it cannot be replaced in between. */
const signalHeld = (held: Pidfd, order: ProcessSignal): void => {
  const why = whyNotSignal(order, createProcessReader(order.procRoot ?? '/proc').stat(order.pid))
  if (why !== undefined) throw why
  held.signal(order.signal)
}

/**
 * Sends a signal to a process, and never to another one that has its pid since. Never to this process, nor to the first
 * one of its pid namespace, with which the machine or the container would end.
 *
 * @throws {SignalError}
 * @example signalProcess({ pid: 4711, startTicks: 123456, signal: 'SIGTERM' })
 */
export const signalProcess = (order: ProcessSignal): void => {
  const { pid } = order
  if (pid === process.pid) throw new SignalError('not_permitted', `process ${pid} is the probe itself`)
  if (pid <= 1)
    throw new SignalError('not_permitted', `process ${pid} is the first of all; nothing runs without it`)
  try {
    const held = openPidfd(pid)
    try {
      signalHeld(held, order)
    } finally {
      held.close()
    }
  } catch (error) {
    throw inWords(order, error)
  }
}
