import type { Health } from '../api/types.ts'
import type { Faults } from '../log/faults.ts'
import { version } from '../version.ts'

/**
 * The answer to `GET /health`.
 *
 * @param faults made with a clock in ms since 1970
 */
export const healthOf = (faults: Faults, probes: number): Health => {
  const failing = faults.all()
  return {
    status: failing.length === 0 ? 'ok' : 'degraded',
    version,
    probes,
    faults: failing.map(({ id, reason, sinceMs }) => ({
      part: id,
      reason,
      since: new Date(sinceMs).toISOString(),
    })),
  }
}
