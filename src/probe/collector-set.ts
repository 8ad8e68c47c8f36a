import type { Fault, Faults } from '../log/faults.ts'
import type { Logger } from '../log/log.ts'
import { within } from '../pacing/within.ts'
import type { CollectorStatus } from '../report/schema.ts'
import type { Clock, Collector, Contribution } from './collector.ts'

/** All collectors as one: what one of them does wrong harms no other. */
export interface CollectorSet {
  /** Starts all. Resolves when each has started, failed, or taken too long. */
  start(changed: () => void): Promise<void>
  /** What all contribute, in their order. Of one that throws, only a status that says so. */
  collect(uptimeMs: number, samplesSinceMs?: number): Contribution[]
  status(): CollectorStatus[]
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 10_000

/** What the set needs beside its collectors. */
export interface CollectorSetOptions {
  readonly clock: Clock
  /** Where what the collectors' own timers fail to do is kept, too: it is told in their status. */
  readonly faults: Faults
  readonly log: Logger
  readonly startTimeoutMs?: number
}

/** @param collectors in the order of their right to tell of a thing that several know */
export const createCollectorSet = (
  collectors: readonly Collector[],
  { clock, faults, log, startTimeoutMs = START_TIMEOUT_MS }: CollectorSetOptions,
): CollectorSet => {
  /** Those that did not start cannot be asked. */
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

  const collect = (uptimeMs: number, samplesSinceMs?: number): Contribution[] =>
    collectors.map((collector) => collectOne(collector, uptimeMs, samplesSinceMs))

  return {
    start: (changed) =>
      within(
        startTimeoutMs,
        Promise.all(collectors.map((collector) => startOne(collector, changed))).then(() => {}),
        () => {},
      ),
    collect,
    status: () => collect(clock.uptimeMs()).map(({ status }) => status),
    async stop() {
      const results = await Promise.allSettled(collectors.map(async (collector) => collector.stop()))
      for (const [index, result] of results.entries())
        if (result.status === 'rejected')
          log.error(`the ${collectors[index]?.id} collector failed to stop`, { error: result.reason })
    },
  }
}

/** The status of a collector that fails to do a part of its work. */
const failingStatus = (status: CollectorStatus, faults: readonly Fault[]): CollectorStatus => ({
  ...status,
  state: 'degraded',
  reason: [...faults.map(({ reason }) => reason), status.reason].filter((text) => text !== '').join('; '),
  sinceMs: Math.min(...faults.map(({ sinceMs }) => sinceMs)),
})
