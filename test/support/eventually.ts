import { setTimeout as sleep } from 'node:timers/promises'

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 150
/** A look is followed by so many times as long as it took, so that those who look leave a busy machine to those who are looked at. */
const REST_PER_LOOK = 3
const LONGEST_REST_MS = 500
/** Only what never comes takes that long; what comes may take long on a machine that is busy with other things. */
export const EVENTUALLY_MS = 60_000

/**
 * Polls until a value passes, for at most the time given. The pauses grow, and are longer where looks take long, since a look at a
 * view takes the time of the app that is looked at.
 *
 * @param look gives the value, or undefined (or throws) while it is not there yet
 * @throws the last error, or one that says what was waited for
 */
export const eventually = async <T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = EVENTUALLY_MS,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs
  let failure: unknown
  let pauseMs = FIRST_PAUSE_MS
  do {
    const beganMs = performance.now()
    try {
      const value = await look()
      if (value !== undefined && value !== false) return value
      failure = undefined
    } catch (error) {
      failure = error
    }
    const restMs = Math.min(REST_PER_LOOK * (performance.now() - beganMs), LONGEST_REST_MS)
    await sleep(Math.max(pauseMs, restMs))
    pauseMs = Math.min(pauseMs * 1.3, LONGEST_PAUSE_MS)
  } while (performance.now() < deadline)
  throw failure ?? new Error(`waited ${timeoutMs} ms in vain for ${what}`)
}
