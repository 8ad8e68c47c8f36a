import type { Health } from '../api/types.ts'
import type { Faults } from '../log/faults.ts'
import { version } from '../version.ts'

/** `GET /health`. @param faults dated in ms since 1970 */
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
