/**
 * The pause before try number `attempt` (0 = first): doubles up to a largest, and is spread, so that many pages do not come
 * back at the same moment.
 *
 * @param random from 0 up to 1
 */
export function pauseMs(attempt: number, firstMs: number, maxMs: number, random: number): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(whole * (0.75 + random * 0.25))
}
