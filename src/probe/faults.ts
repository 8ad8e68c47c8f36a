import { describeError, type Logger } from '../log/log.ts'
import type { Clock } from './collector.ts'
import type { Every } from './heartbeat.ts'

/** That a job of a collector fails. */
export interface Fault {
  /** `failed to poll: EACCES: permission denied` */
  readonly reason: string
  /** On the probe's clock, when it began to fail so. */
  readonly sinceMs: number
}

/**
 * Does a job, and keeps what it throws: a timer that throws would end the probe.
 *
 * @param doing what the job is for, as it follows "failed to": `poll`
 */
export type Guard = (doing: string, job: () => void) => void

/** Lets through what is thrown; for whoever has no status to tell it in. */
export const unguarded: Guard = (_doing, job) => job()

/** What fails at the moment, by collector and job. A fault lasts until the same job goes well. */
export interface Faults {
  failed(id: string, doing: string, error: unknown): void
  /** @returns whether the job had failed before */
  worked(id: string, doing: string): boolean
  /** All that a collector fails to do. */
  of(id: string): readonly Fault[]
  /** Guards the jobs of one collector. */
  guardOf(id: string): Guard
  /** The same beats, their jobs guarded, each by itself. */
  everyOf(id: string, every: Every): Every
}

/** A job that fails in another way at each beat must not fill the log. */
const LOG_AGAIN_MS = 10_000

interface Failing extends Fault {
  readonly loggedMs: number
}

export const createFaults = (clock: Pick<Clock, 'uptimeMs'>, log: Logger): Faults => {
  const failing = new Map<string, Map<string, Failing>>()

  const jobsOf = (id: string): Map<string, Failing> => {
    const known = failing.get(id)
    if (known !== undefined) return known
    const jobs = new Map<string, Failing>()
    failing.set(id, jobs)
    return jobs
  }

  const note = (id: string, job: string, doing: string, error: unknown): void => {
    const reason = `failed to ${doing}: ${describeError(error)}`
    const jobs = jobsOf(id)
    const before = jobs.get(job)
    if (before?.reason === reason) return
    const nowMs = clock.uptimeMs()
    const isQuiet = before !== undefined && nowMs - before.loggedMs < LOG_AGAIN_MS
    jobs.set(job, {
      reason,
      sinceMs: before?.sinceMs ?? nowMs,
      loggedMs: isQuiet ? before.loggedMs : nowMs,
    })
    if (!isQuiet) log.error(`${id} ${reason}`, { error })
  }

  const ended = (id: string, job: string): boolean => {
    if (!failing.get(id)?.delete(job)) return false
    log.info(`${id} works again`)
    return true
  }

  const guarded = (id: string, key: string, doing: string, job: () => void): void => {
    try {
      job()
    } catch (error) {
      note(id, key, doing, error)
      return
    }
    ended(id, key)
  }

  return {
    failed: (id, doing, error) => note(id, doing, doing, error),
    worked: (id, doing) => ended(id, doing),
    of: (id) => [...(failing.get(id)?.values() ?? [])],
    guardOf: (id) => (doing, job) => guarded(id, doing, doing, job),
    everyOf(id, every) {
      let count = 0
      return (periodMs, job) => {
        const key = `beat ${++count}`
        return every(periodMs, () => guarded(id, key, 'do its regular work', job))
      }
    },
  }
}
