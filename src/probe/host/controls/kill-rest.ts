import { readdirSync, readFileSync } from 'node:fs'
import { errorCode } from '../../../log/error-code.ts'
import { SignalError, signalProcess } from '../../process/controls/signal-process.ts'
import { parseProcessStat } from '../../process/stat.ts'

/** A job of a session: both ids are pids of the processes that lead them. */
export interface Job {
  readonly session: number
  readonly group: number
}

const exists = ({ group }: Job): boolean => {
  try {
    process.kill(-group, 0)
    return true
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    return true
  }
}

const statOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // It has ended since it was listed.
    return ''
  }
}

/** Fields 5 and 6 of `/proc/PID/stat`: the process group and the session. */
const isOf = ({ session, group }: Job, stat: string): boolean => {
  const [, , itsGroup, itsSession] = stat.slice(stat.lastIndexOf(') ') + 2).split(' ', 4)
  return Number(itsGroup) === group && Number(itsSession) === session
}

const kill = (pid: number, startTicks: number): void => {
  try {
    signalProcess({ pid, startTicks, signal: 'SIGKILL' })
  } catch (error) {
    if (!(error instanceof SignalError && error.code === 'gone')) throw error
  }
}

/**
 * Ends the processes of a job that are still there. The pids are looked up one by one, since the group's id may be that of
 * another job by now.
 *
 * @throws {SignalError} when one may not be signalled
 */
export const killRest = (job: Job): void => {
  if (!exists(job)) return
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const text = statOf(entry)
    const stat = parseProcessStat(text)
    if (stat !== undefined && isOf(job, text)) kill(stat.pid, stat.startTicks)
  }
}
