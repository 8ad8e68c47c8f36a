import { describeError, type Logger } from './log.ts'

/** A job that is failing at present. */
export interface Fault {
  /** `failed to poll: EACCES: permission denied` */
  readonly reason: string
  /** When it began to fail, on the clock given to {@link createFaults}. */
  readonly sinceMs: number
}

/** A fault with the id of the part that has it. */
export interface FaultOf extends Fault {
  readonly id: string
}

/**
 * Runs a job and records what it throws instead of letting it through: an exception in a timer would end the process.
 *
 * @param doing what the job does, worded to follow "failed to": `poll`
 */
export type Guard = (doing: string, job: () => void) => void

/**
 * Runs a job that takes time under a guard.
 *
 * @returns resolves when it has ended, also when it failed
 * @example setInterval(() => void guardLater(guard, 'ask for it', ask), 1000)
 */
export const guardLater = async (guard: Guard, doing: string, job: () => Promise<void>): Promise<void> => {
  let tell = (): void => {}
  try {
    await job()
  } catch (error) {
    tell = () => {
      throw error
    }
  }
  guard(doing, tell)
}

/** Runs all jobs, also when some of them fail. @throws what the first that failed has thrown */
export const runAll = (jobs: Iterable<() => void>): void => {
  const errors: unknown[] = []
  for (const job of jobs) {
    try {
      job()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/** A guard that does not catch anything, for callers without a status to report faults in. */
export const unguarded: Guard = (_doing, job) => job()

/**
 * Keeps track of what is failing at present, by part and job. A fault lasts until the same job succeeds.
 *
 * @example
 * const guard = faults.guardOf('docker')
 * setInterval(() => guard('poll', poll), 1000)
 * faults.of('docker') // [{ reason: 'failed to poll: no such file', sinceMs: 5000 }]
 */
export interface Faults {
  failed(id: string, doing: string, error: unknown): void
  /**
   * Records a failure of something that is not repeated, and so cannot be seen to succeed. The fault lasts one minute.
   */
  happened(id: string, doing: string, error: unknown): void
  /**
   * Records that a job succeeded, which ends its fault.
   *
   * @returns whether the job was failing before
   */
  worked(id: string, doing: string): boolean
  /** Current faults of one part. */
  of(id: string): readonly Fault[]
  /** Current faults of all parts. */
  all(): readonly FaultOf[]
  /**
   * Makes a guard for the jobs of one part.
   *
   * @param key identifies the job, when several jobs of the part have the same `doing`; `doing` by default
   */
  guardOf(id: string, key?: string): Guard
}

/** What {@link createFaults} needs. */
export interface FaultsOptions {
  /** A monotonic clock. */
  readonly nowMs: () => number
  readonly log: Logger
}

/** A job that fails with a different message each time is logged no more often than this. */
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
    if (!isTold)
      log.error(`${id} ${reason}`, { error: error instanceof Error ? error : describeError(error) })
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
