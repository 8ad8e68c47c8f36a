/**
 * Has a job done again and again.
 *
 * @param periodMs from one time to the next
 * @returns ends it
 */
export type Every = (periodMs: number, job: () => void) => () => void

/** Every job wakes the process by itself. */
export const onTimerOfItsOwn: Every = (periodMs, job) => {
  const timer = setInterval(job, periodMs)
  return () => clearInterval(timer)
}

/** One timer for all that is to be done again and again. */
export interface Heartbeat {
  readonly every: Every
  /** Ends all jobs, and takes no more. */
  stop(): void
}

interface Job {
  readonly beats: number
  readonly run: () => void
  nextBeat: number
}

/**
 * Does all jobs in the beat of one timer: on an idle machine it is the wake-ups that cost, not what is done in them. Jobs of
 * one period fall on different beats where they can, so that none is long. After a pause nothing is made up for.
 *
 * @param beatMs periods are rounded to multiples of it
 * @param nowMs a clock that never goes back
 */
export const createHeartbeat = (beatMs: number, nowMs: () => number): Heartbeat => {
  const jobs = new Set<Job>()
  const startMs = nowMs()
  let timer: NodeJS.Timeout | undefined
  let started = 0
  let stopped = false

  const beatNow = (): number => Math.floor((nowMs() - startMs) / beatMs)

  const beat = (): void => {
    // first, so that a job that throws does not end the others
    plan()
    const now = beatNow()
    for (const job of jobs) {
      if (job.nextBeat > now) continue
      job.nextBeat = now + job.beats
      job.run()
    }
  }

  const plan = (): void => {
    // to the whole millisecond after the beat: timers have no finer ones, and one too early would be one for nothing
    const dueMs = startMs + (beatNow() + 1) * beatMs
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
