import { describeError, type Logger } from '../log/log.ts'
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

const within = async (promise: Promise<void>, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([promise, timeout])
  clearTimeout(timer)
}

/** @param collectors in the order of their right to tell of a thing that several know */
export const createCollectorSet = (
  collectors: readonly Collector[],
  clock: Clock,
  log: Logger,
  startTimeoutMs = START_TIMEOUT_MS,
): CollectorSet => {
  /** Why a collector cannot be asked, since when. */
  const failures = new Map<string, { readonly reason: string; readonly sinceMs: number }>()

  const failed = (id: string, doing: string, error: unknown): void => {
    const reason = `failed to ${doing}: ${describeError(error)}`
    if (failures.get(id)?.reason === reason) return
    failures.set(id, { reason, sinceMs: clock.uptimeMs() })
    log.error(`the ${id} collector ${reason}`, { error })
  }

  const nothing = (id: string): Contribution => ({
    nodes: [],
    metrics: [],
    connections: [],
    addresses: [],
    status: {
      id,
      mode: 'off',
      state: 'degraded',
      reason: failures.get(id)?.reason ?? '',
      sinceMs: failures.get(id)?.sinceMs ?? 0,
      counters: {},
    },
  })

  const startOne = async (collector: Collector, changed: () => void): Promise<void> => {
    try {
      await collector.start(changed)
    } catch (error) {
      failed(collector.id, 'start', error)
    }
  }

  const collectOne = (
    collector: Collector,
    uptimeMs: number,
    samplesSinceMs: number | undefined,
  ): Contribution => {
    if (failures.get(collector.id)?.reason.startsWith('failed to start')) return nothing(collector.id)
    try {
      const contribution = collector.collect(uptimeMs, samplesSinceMs)
      if (failures.delete(collector.id)) log.info(`the ${collector.id} collector works again`)
      return contribution
    } catch (error) {
      failed(collector.id, 'collect', error)
      return nothing(collector.id)
    }
  }

  const collect = (uptimeMs: number, samplesSinceMs?: number): Contribution[] =>
    collectors.map((collector) => collectOne(collector, uptimeMs, samplesSinceMs))

  return {
    start: (changed) =>
      within(
        Promise.all(collectors.map((collector) => startOne(collector, changed))).then(() => {}),
        startTimeoutMs,
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
