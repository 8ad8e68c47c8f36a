import { ApiError } from '../http/api-error.ts'

/** Shortest pause between frames (ten a second), used also when a shorter one is asked for. */
export const MIN_PAUSE_MS = 100
const MAX_PAUSE_MS = 3_600_000

const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000_001 } as const
type Unit = keyof typeof UNIT_MS

const DURATION = /^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/
const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g

/**
 * Parses the query parameter `t`: the shortest pause between frames, as a Go duration (`5s`, `300ms`, `1m30s`).
 *
 * @returns milliseconds, at least {@link MIN_PAUSE_MS}
 * @throws {ApiError} 400 when it is not a duration, not above zero, or above an hour
 */
export const parsePauseMs = (text: string | undefined): number => {
  if (text === undefined) return MIN_PAUSE_MS
  const pauseMs = DURATION.test(text) ? sumMs(text) : Number.NaN
  if (!(pauseMs > 0 && pauseMs <= MAX_PAUSE_MS))
    throw new ApiError(400, 'invalid_parameter', 't must be a duration above zero, such as 5s or 300ms', {
      field: 't',
    })
  return Math.max(MIN_PAUSE_MS, Math.round(pauseMs))
}

const sumMs = (text: string): number =>
  Array.from(text.matchAll(PART)).reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNIT_MS[unit as Unit],
    0,
  )
