import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { openPidfd } from '../../../../native/pidfd.ts'
import { pollUntil } from '../../../../pacing/poll-until.ts'
import { parseMembership } from '../../../cgroup/membership.ts'
import { SignalError, signalProcess } from '../../../process/controls/signal-process.ts'
import { foregroundOf, parseSessionStat, type SessionStat } from './foreground.ts'

/** The processes of this machine as the probe sees them. */
export interface VisibleProcesses {
  /** True when the pid is that of a process in the container, so pids of Docker are pids here, and it may be signalled. */
  isInReach(pid: number, containerId: string): Promise<boolean>
  /** @returns undefined when there is no such process */
  statOf(pid: number): Promise<SessionStat | undefined>
  all(): Promise<SessionStat[]>
  /**
   * Sends a signal to exactly that process.
   *
   * @returns false when it has ended
   * @throws {SignalError} when it may not be signalled, or the kernel has no pidfds
   */
  signal(process: SessionStat, signal: NodeJS.Signals): boolean
}

const READS_AT_ONCE = 64

/** Without root the probe may not, and kernels before 5.3 have no safe way. */
const maySignal = (pid: number): boolean => {
  try {
    openPidfd(pid).close()
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** @param procRoot mount point of the proc file system */
export const visibleProcesses = (procRoot: string): VisibleProcesses => {
  const read = (pid: number, file: string): Promise<string> =>
    readFile(join(procRoot, String(pid), file), 'latin1').catch(() => '')
  const statOf = async (pid: number) => parseSessionStat(await read(pid, 'stat'))

  const list = async (): Promise<SessionStat[]> => {
    const pids = (await readdir(procRoot)).filter((name) => /^\d+$/.test(name)).map(Number)
    const found: SessionStat[] = []
    for (let at = 0; at < pids.length; at += READS_AT_ONCE) {
      const stats = await Promise.all(pids.slice(at, at + READS_AT_ONCE).map(statOf))
      found.push(...stats.filter((stat) => stat !== undefined))
      await turn()
    }
    return found
  }
  let latest: Promise<unknown> = Promise.resolve()
  let next: Promise<SessionStat[]> | undefined

  return {
    statOf,
    async isInReach(pid, containerId) {
      if (pid <= 1) return false
      return parseMembership(await read(pid, 'cgroup')).containerIds.includes(containerId) && maySignal(pid)
    },
    all() {
      // Whoever asks while a list is made gets the next one, which is made once for all of them.
      next ??= latest.then(() => {
        next = undefined
        const made = list()
        latest = made.catch(() => {})
        return made
      })
      return next
    },
    signal({ pid, startTicks }, signal) {
      try {
        signalProcess({ pid, startTicks, signal, procRoot })
        return true
      } catch (error) {
        if (error instanceof SignalError && error.code === 'gone') return false
        throw error
      }
    },
  }
}

/** How long processes get to end by themselves after SIGHUP, and how long until SIGKILL has worked. */
const GRACE_MS = 2000
/** What is sent a signal may just have begun something else. */
const HANGUP_ROUNDS = 3
const KILL_ROUNDS = 3

/**
 * Ends a program that was run in a container, and what it runs in the foreground, as closing a terminal does: by SIGHUP. What
 * does not end by that is killed.
 *
 * @param leader the program, as it was when it began
 * @param tty whether it has a terminal
 * @param earlier what was still there after an earlier try
 * @returns what is still there, such as a process that waits for a disk; empty when all has ended
 */
export const endVisible = async (
  processes: VisibleProcesses,
  leader: SessionStat,
  tty: boolean,
  { graceMs = GRACE_MS, earlier = [] }: { graceMs?: number; earlier?: readonly SessionStat[] } = {},
): Promise<readonly SessionStat[]> => {
  let known = leader
  const look = async (): Promise<SessionStat[]> => foregroundOf(known, await processes.all(), tty)
  const refresh = async (): Promise<boolean> => {
    const now = await processes.statOf(leader.pid)
    if (now?.startTicks !== leader.startTicks) return false
    known = now
    return true
  }
  let left = [...earlier]

  const send = (signal: NodeJS.Signals): void => {
    for (const one of left) processes.signal(one, signal)
  }
  const isGone = async (): Promise<true | undefined> => {
    const stats = await Promise.all(left.map(({ pid }) => processes.statOf(pid)))
    left = left.filter((one, at) => stats[at]?.startTicks === one.startTicks && !stats[at]?.isZombie)
    return left.length === 0 || undefined
  }

  if (!(await refresh())) {
    send('SIGKILL')
    await pollUntil(graceMs, isGone)
    return left
  }
  left = await look()
  for (let round = 0; round < HANGUP_ROUNDS; round++) {
    send('SIGHUP')
    // A process that is stopped acts on the first signal only when it goes on.
    send('SIGCONT')
    if (!(await pollUntil(graceMs, isGone))) break
    left = await look()
    if (left.length === 0) return []
  }
  for (let round = 0; round < KILL_ROUNDS; round++) {
    // Meanwhile it may have begun others. No other session gets its number while one of its processes is left.
    await refresh()
    left = await look()
    send('SIGKILL')
    await pollUntil(graceMs, isGone)
    left = await look()
    if (left.length === 0) return []
  }
  return left
}
