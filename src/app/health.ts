import type { Health, HeldMemory } from '../api/types.ts'
import type { Faults } from '../log/faults.ts'
import { version } from '../version.ts'

/**
 * The answer to `GET /health`.
 *
 * @param faults made with a clock in ms since 1970
 * @param memory measures what is held; called only if it is told
 * @param maySee whether who asks may know more than whether all is well
 */
export const healthOf = (
  faults: Faults,
  probes: number,
  memory: () => HeldMemory,
  maySee: boolean,
): Health => {
  const failing = faults.all()
  const status = failing.length === 0 ? 'ok' : 'degraded'
  if (!maySee) return { status }
  return {
    status,
    version,
    probes,
    memory: memory(),
    faults: failing.map(({ id, reason, sinceMs }) => ({
      part: id,
      reason,
      since: new Date(sinceMs).toISOString(),
    })),
  }
}
