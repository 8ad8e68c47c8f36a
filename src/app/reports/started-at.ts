/** What less than this differs by may be the usual way of a report, which takes longer at times. */
const JITTER_MS = 500

/** Nothing is on its way for longer: what differs by more is a clock that was set. */
const LONGEST_WAY_MS = 60_000

/**
 * Reckons when the uptime of a probe was 0, on the app's clock: as of the report that took the least time on its way, since
 * the first may have been held up. Dates computed from it do not jitter: it is only corrected by half a second or more.
 *
 * @param known what was reckoned before, by reports of the same epoch; undefined for the first one
 * @param arrivedAtMs milliseconds since 1970
 * @param uptimeMs of the probe when the report was made
 */
export const startedAt = (known: number | undefined, arrivedAtMs: number, uptimeMs: number): number => {
  const atMs = arrivedAtMs - uptimeMs
  if (known === undefined) return atMs
  const earlierMs = known - atMs
  return earlierMs >= JITTER_MS && earlierMs <= LONGEST_WAY_MS ? atMs : known
}
