/** The values that `quietSeconds` can take. Coarse steps keep an idle edge from changing every second. */
const STEPS_SECONDS = [15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 57_600] as const

/**
 * For at least how many seconds nothing has happened, rounded down to 15, 30, 60, 120, 300, 600 and so on. 0 when it
 * is less than 15 seconds, or a connection is open.
 *
 * @param open number of open connections
 * @param ageMs time since the last event, in ms
 */
export const quietSecondsOf = (open: number, ageMs: number): number =>
  open > 0 ? 0 : (STEPS_SECONDS.findLast((seconds) => seconds * 1000 <= ageMs) ?? 0)
