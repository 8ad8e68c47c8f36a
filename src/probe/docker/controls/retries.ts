import { type BackoffOptions, createBackoff } from '../../../pacing/backoff.ts'
import { isUnanswered } from './failure.ts'

/** Something that cannot be done yet, while nothing would tell when it can. */
export class NotYetError extends Error {}

/** True for what may succeed later without anything happening that would tell so. */
export const isPassing = (error: unknown): boolean => error instanceof NotYetError || isUnanswered(error)

/** The pauses before something is tried again. */
export const RETRY_PAUSES: BackoffOptions = { firstMs: 2000, longestMs: 60_000, random: Math.random }

/** Tries something again, after pauses that become longer. */
export interface Retries {
  /** Tries once more after a pause, unless that is to happen anyway. */
  later(): void
  /** Makes the next pause the first one again. */
  reset(): void
  /** Tries no more. */
  stop(): void
}

export const createRetries = (pauses: BackoffOptions, retry: () => void): Retries => {
  const backoff = createBackoff(pauses)
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const due = (): void => {
    timer = undefined
    retry()
  }
  return {
    later() {
      if (!isOver) timer ??= setTimeout(due, backoff.next()).unref()
    },
    reset: () => backoff.reset(),
    stop() {
      isOver = true
      clearTimeout(timer)
    },
  }
}
