/** Steps in which it is told how long nothing has happened: a number that counted on would be a change each second. */
const STEPS_SECONDS = [15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 57_600] as const

/**
 * For how many seconds at least nothing has happened: 15, 30, 60, 120, 300, 600 and so on; 0 when it is less, or a connection is
 * open.
 *
 * @param open connections that are open
 * @param ageMs since something happened last
 */
export const quietSecondsOf = (open: number, ageMs: number): number =>
  open > 0 ? 0 : (STEPS_SECONDS.findLast((seconds) => seconds * 1000 <= ageMs) ?? 0)
