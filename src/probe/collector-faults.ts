import { createFaults, type Faults } from '../log/faults.ts'
import type { Logger } from '../log/log.ts'
import type { Clock } from './collector.ts'
import type { Every } from './heartbeat.ts'

/** The current failures, by collector and job. Times are on the probe's clock. */
export interface CollectorFaults extends Faults {
  /**
   * Wraps a scheduler for one collector, so that an error in one of its jobs is recorded and does not affect other
   * jobs.
   */
  everyOf(id: string, every: Every): Every
}

export const createCollectorFaults = (clock: Pick<Clock, 'uptimeMs'>, log: Logger): CollectorFaults => {
  const faults = createFaults({ nowMs: () => clock.uptimeMs(), log })
  return {
    ...faults,
    everyOf(id, every) {
      let count = 0
      return (periodMs, job) => {
        const guard = faults.guardOf(id, `beat ${++count}`)
        return every(periodMs, () => {
          let found: unknown
          guard('do its regular work', () => {
            found = job()
          })
          return found
        })
      }
    },
  }
}
