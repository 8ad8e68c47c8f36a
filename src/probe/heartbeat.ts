/**
 * Schedules a job to run periodically.
 *
 * @param periodMs time between two runs
 * @param job returns true when it found what may soon be followed by more; a scheduler may run jobs less often while none does
 * @returns a function that ends the job
 * @example const end = every(1000, scan) end() // no more scans
 */
export type Every = (periodMs: number, job: Job) => () => void

/** A periodic job, see {@link Every}. */
export type Job = () => unknown

/** A scheduler with a timer of its own for each job, so that each job wakes the process separately. */
export const onTimerOfItsOwn: Every = (periodMs, job) => {
  const timer = setInterval(job, periodMs)
  return () => clearInterval(timer)
}

/** When no job has found anything for so long, only every second beat is kept: each wake-up costs, also one at which there is nothing to do. */
const REST_AFTER_MS = 5000
const RESTING_BEATS = 2

/** One timer for all periodic jobs. */
export interface Heartbeat {
  readonly every: Every
  /** Ends all jobs; jobs added later never run. */
  stop(): void
}

interface Planned {
  readonly beats: number
  readonly run: Job
  nextBeat: number
}

/**
 * Runs all periodic jobs from one timer: on an idle machine the wake-ups cost more than the jobs. Jobs with the same
 * period are spread over different beats where possible, so that no beat takes long. Beats missed during a pause are
 * not made up for. While no job finds anything, every second beat is left out.
 *
 * @param beatMs periods are rounded to multiples of it
 * @param nowMs a clock that never goes back
 */
export const createHeartbeat = (beatMs: number, nowMs: () => number): Heartbeat => {
  const jobs = new Set<Planned>()
  const startMs = nowMs()
  let timer: NodeJS.Timeout | undefined
  let started = 0
  let foundMs = startMs
  let stopped = false

  const beatNow = (): number => Math.floor((nowMs() - startMs) / beatMs)

  const isResting = (): boolean => nowMs() - foundMs >= REST_AFTER_MS

  const beat = (): void => {
    // Plan the next beat first, so that a job that throws does not stop the others.
    plan()
    const wasResting = isResting()
    const now = beatNow()
    for (const job of jobs) {
      if (job.nextBeat > now) continue
      job.nextBeat = now + job.beats
      if (job.run() === true) foundMs = nowMs()
    }
    if (wasResting && !isResting()) {
      clearTimeout(timer)
      plan()
    }
  }

  const plan = (): void => {
    // Round up to a whole millisecond, the resolution of timers: a timer that fires before the beat would be a wasted
    // wake-up.
    const step = isResting() ? RESTING_BEATS : 1
    const dueMs = startMs + (Math.floor(beatNow() / step) + 1) * step * beatMs
    timer = stopped || jobs.size === 0 ? undefined : setTimeout(beat, Math.max(1, Math.ceil(dueMs - nowMs())))
  }

  return {
    every(periodMs, run) {
      const beats = Math.max(1, Math.round(periodMs / beatMs))
      const job = { beats, run, nextBeat: beatNow() + 1 + (started++ % beats) }
      if (!stopped) jobs.add(job)
      if (timer === undefined) plan()
      return () => {
        jobs.delete(job)
      }
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      timer = undefined
      jobs.clear()
    },
  }
}
