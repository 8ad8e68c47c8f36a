import { createFaults, type Faults } from '../log/faults.ts'
import type { Logger } from '../log/log.ts'
import type { Clock } from './collector.ts'
import type { Every } from './heartbeat.ts'

/** What fails at the moment, by collector and job; times are on the probe's clock. */
export interface CollectorFaults extends Faults {
  /** The same beats, their jobs guarded, each by itself. */
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
        return every(periodMs, () => guard('do its regular work', job))
      }
    },
  }
}
