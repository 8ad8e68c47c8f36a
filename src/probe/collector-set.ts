import type { Fault, Faults } from '../log/faults.ts'
import type { Logger } from '../log/log.ts'
import { within } from '../pacing/within.ts'
import { MAX_CONTROLS } from '../report/control/control.ts'
import type { CollectorStatus } from '../report/schema.ts'
import type { Clock, Collector, Contribution } from './collector.ts'
import type { Control } from './controls/control.ts'
import { describeControl } from './controls/describe-control.ts'

/** Runs all collectors together. An error in one of them does not affect the others. */
export interface CollectorSet {
  /** Starts all collectors. Resolves when each has started or failed, or when the timeout is over. */
  start(changed: () => void): Promise<void>
  /**
   * Returns the contributions of all collectors, in their order. A collector that throws contributes only a status with
   * the error.
   */
  collect(uptimeMs: number, samplesSinceMs?: number): Contribution[]
  /**
   * Returns the controls of all collectors, in their order, each id once. A collector that throws, or describes a control
   * wrongly, has none, and its status says why.
   */
  controls(): readonly Control[]
  status(): CollectorStatus[]
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 10_000

/** What the set needs besides its collectors. */
export interface CollectorSetOptions {
  readonly clock: Clock
  /** Records failures, including those of the collectors' own timers. The status of a collector shows its failures. */
  readonly faults: Faults
  readonly log: Logger
  readonly startTimeoutMs?: number
}

/** @param collectors in order of precedence: when several report the same thing, the first counts */
export const createCollectorSet = (
  collectors: readonly Collector[],
  { clock, faults, log, startTimeoutMs = START_TIMEOUT_MS }: CollectorSetOptions,
): CollectorSet => {
  /** Ids of collectors that failed to start; they are not asked for contributions. */
  const unstarted = new Set<string>()

  const nothing = (id: string): Contribution => ({
    nodes: [],
    metrics: [],
    connections: [],
    addresses: [],
    status: { id, mode: 'off', state: 'degraded', reason: '', sinceMs: 0, counters: {} },
  })

  const startOne = async (collector: Collector, changed: () => void): Promise<void> => {
    try {
      await collector.start(changed)
    } catch (error) {
      unstarted.add(collector.id)
      faults.failed(collector.id, 'start', error)
    }
  }

  const contributionOf = (
    collector: Collector,
    uptimeMs: number,
    samplesSinceMs: number | undefined,
  ): Contribution => {
    if (unstarted.has(collector.id)) return nothing(collector.id)
    try {
      const contribution = collector.collect(uptimeMs, samplesSinceMs)
      faults.worked(collector.id, 'collect')
      return contribution
    } catch (error) {
      faults.failed(collector.id, 'collect', error)
      return nothing(collector.id)
    }
  }

  const collectOne = (
    collector: Collector,
    uptimeMs: number,
    samplesSinceMs: number | undefined,
  ): Contribution => {
    const contribution = contributionOf(collector, uptimeMs, samplesSinceMs)
    const failing = faults.of(collector.id)
    return failing.length === 0
      ? contribution
      : { ...contribution, status: failingStatus(contribution.status, failing) }
  }

  const inOrder = collectors.toSorted(
    (a, b) => Number(a.collectsLast ?? false) - Number(b.collectsLast ?? false),
  )
  const collect = (uptimeMs: number, samplesSinceMs?: number): Contribution[] => {
    const made = new Map(
      inOrder.map((collector) => [collector, collectOne(collector, uptimeMs, samplesSinceMs)]),
    )
    return collectors.flatMap((collector) => made.get(collector) ?? [])
  }

  const controlsOf = (collector: Collector): readonly Control[] => {
    if (collector.controls === undefined || unstarted.has(collector.id)) return []
    try {
      const controls = collector.controls()
      for (const control of controls) describeControl(control)
      faults.worked(collector.id, 'offer controls')
      return controls
    } catch (error) {
      faults.failed(collector.id, 'offer controls', error)
      return []
    }
  }

  const controls = (): readonly Control[] => {
    const known = new Map<string, Control>()
    for (const control of collectors.flatMap(controlsOf))
      if (!known.has(control.id)) known.set(control.id, control)
    return [...known.values()].slice(0, MAX_CONTROLS)
  }

  return {
    start: (changed) =>
      within(
        startTimeoutMs,
        Promise.all(collectors.map((collector) => startOne(collector, changed))).then(() => {}),
        () => {},
      ),
    collect,
    controls,
    status: () => collect(clock.uptimeMs()).map(({ status }) => status),
    async stop() {
      const results = await Promise.allSettled(collectors.map(async (collector) => collector.stop()))
      for (const [index, result] of results.entries())
        if (result.status === 'rejected')
          log.error(`the ${collectors[index]?.id} collector failed to stop`, { error: result.reason })
    },
  }
}

/** Adds failures to the status of a collector. */
const failingStatus = (status: CollectorStatus, faults: readonly Fault[]): CollectorStatus => ({
  ...status,
  state: 'degraded',
  reason: [...faults.map(({ reason }) => reason), status.reason].filter((text) => text !== '').join('; '),
  sinceMs: Math.min(...faults.map(({ sinceMs }) => sinceMs)),
})
