/**
 * The request header of a report by which a probe says what its clock shows as it begins to send: ms since 1970. Nothing is
 * computed from it; it is shown to people, whose logs have times of that clock.
 */
export const PROBE_TIME_HEADER = 'scope-probe-time'

/**
 * How far a probe's clock is ahead of the app's; negative when it is behind, as it seems to be by the time that the request
 * took.
 *
 * @param told {@link PROBE_TIME_HEADER}
 * @param nowMs when the request came, by the app's clock: ms since 1970
 * @returns whole milliseconds; undefined when it is not told
 */
export const clockSkewOf = (told: string | undefined, nowMs: number): number | undefined =>
  told !== undefined && /^\d{1,15}$/.test(told) ? Math.round(Number(told) - nowMs) : undefined
