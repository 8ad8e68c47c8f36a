import type { Fault } from '../../log/faults.ts'
import type { ControlKind } from '../../report/control/control-kind.ts'
import type { Collector } from '../collector.ts'
import { type PublishStatus, targetName } from '../publish/publish-status.ts'

/** A probe may publish to many apps. */
const MAX_REASON_LENGTH = 4000

/** What {@link createControlCollector} needs. */
export interface ControlCollectorOptions {
  readonly allowed: ReadonlySet<ControlKind>
  /** How it stands with each app. */
  readonly apps: () => readonly PublishStatus[]
  /** What fails at present that concerns no collector: the audit log, finding apps, reporting to them. */
  readonly faults: () => readonly Fault[]
}

/**
 * Collects no nodes: it tells with each report which controls this probe allows, and which apps it does not trust and why.
 * So whoever watches one app learns that another one has been refused. What else of the probe fails, it tells, too.
 */
export const createControlCollector = ({ allowed, apps, faults }: ControlCollectorOptions): Collector => ({
  id: 'control',
  start: async () => {},
  collect() {
    const isOff = allowed.size === 0
    const problems = [
      ...apps().flatMap((app) => (app.distrust === undefined ? [] : [`${targetName(app)}: ${app.distrust}`])),
      ...faults().map(({ reason }) => reason),
    ]
    const own = isOff ? 'switched off by --probe.controls=none' : `allowed: ${[...allowed].join(', ')}`
    const reason = [own, ...problems].join('; ')
    return {
      nodes: [],
      metrics: [],
      connections: [],
      addresses: [],
      status: {
        id: 'control',
        mode: isOff ? 'off' : 'on',
        state: problems.length > 0 ? 'degraded' : isOff ? 'off' : 'ok',
        reason: reason.slice(0, MAX_REASON_LENGTH),
        sinceMs: 0,
        counters: {},
      },
    }
  },
  stop: async () => {},
})
