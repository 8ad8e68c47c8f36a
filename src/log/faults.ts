import { describeError, type Logger } from './log.ts'

/** That a job fails. */
export interface Fault {
  /** `failed to poll: EACCES: permission denied` */
  readonly reason: string
  /** When it began to fail so, on the clock that the faults were made with. */
  readonly sinceMs: number
}

/** A fault, and the part that has it. */
export interface FaultOf extends Fault {
  readonly id: string
}

/**
 * Does a job, and keeps what it throws: a timer that throws would end the process.
 *
 * @param doing what the job is for, as it follows "failed to": `poll`
 */
export type Guard = (doing: string, job: () => void) => void

/** Lets through what is thrown; for whoever has no status to tell it in. */
export const unguarded: Guard = (_doing, job) => job()

/**
 * What fails at the moment, by part and job. A fault lasts until the same job goes well.
 *
 * @example
 * const guard = faults.guardOf('docker')
 * setInterval(() => guard('poll', poll), 1000)
 * faults.of('docker') // [{ reason: 'failed to poll: no such file', sinceMs: 5000 }]
 */
export interface Faults {
  failed(id: string, doing: string, error: unknown): void
  /** The same for what is not done again and again: it is told for a minute after it last happened. */
  happened(id: string, doing: string, error: unknown): void
  /** @returns whether the job had failed before */
  worked(id: string, doing: string): boolean
  /** All that a part fails to do. */
  of(id: string): readonly Fault[]
  /** All that fails. */
  all(): readonly FaultOf[]
  /**
   * Guards the jobs of one part.
   *
   * @param key tells the job from others of the part that are for the same; `doing` unless given
   */
  guardOf(id: string, key?: string): Guard
}

/** What {@link createFaults} needs. */
export interface FaultsOptions {
  /** Never goes back. */
  readonly nowMs: () => number
  readonly log: Logger
}

/** A job that fails in another way each time must not fill the log. */
const LOG_AGAIN_MS = 10_000
const HAPPENED_MS = 60_000

interface Failing extends Fault {
  readonly loggedMs: number
  readonly untilMs: number
}

export const createFaults = ({ nowMs, log }: FaultsOptions): Faults => {
  const failing = new Map<string, Map<string, Failing>>()

  const jobsOf = (id: string): Map<string, Failing> => {
    const known = failing.get(id)
    if (known !== undefined) return known
    const jobs = new Map<string, Failing>()
    failing.set(id, jobs)
    return jobs
  }

  const note = (id: string, job: string, doing: string, error: unknown, lastsMs: number): void => {
    const reason = `failed to ${doing}: ${describeError(error)}`
    const jobs = jobsOf(id)
    const atMs = nowMs()
    const known = jobs.get(job)
    const before = known !== undefined && known.untilMs > atMs ? known : undefined
    const isTold = before?.reason === reason || (before && atMs - before.loggedMs < LOG_AGAIN_MS)
    jobs.set(job, {
      reason,
      sinceMs: before?.sinceMs ?? atMs,
      loggedMs: before && isTold ? before.loggedMs : atMs,
      untilMs: atMs + lastsMs,
    })
    if (!isTold) log.error(`${id} ${reason}`, { error })
  }

  const ended = (id: string, job: string): boolean => {
    if (!failing.get(id)?.delete(job)) return false
    log.info(`${id} works again`)
    return true
  }

  const current = (id: string): Fault[] => {
    const jobs = failing.get(id) ?? new Map<string, Failing>()
    for (const [job, { untilMs }] of jobs) if (untilMs <= nowMs()) jobs.delete(job)
    return [...jobs.values()].map(({ reason, sinceMs }) => ({ reason, sinceMs }))
  }

  return {
    failed: (id, doing, error) => note(id, doing, doing, error, Number.POSITIVE_INFINITY),
    happened: (id, doing, error) => note(id, doing, doing, error, HAPPENED_MS),
    worked: (id, doing) => ended(id, doing),
    of: current,
    all: () => [...failing.keys()].flatMap((id) => current(id).map((fault) => ({ id, ...fault }))),
    guardOf: (id, key) => (doing, job) => {
      try {
        job()
      } catch (error) {
        note(id, key ?? doing, doing, error, Number.POSITIVE_INFINITY)
        return
      }
      ended(id, key ?? doing)
    },
  }
}
