import type { Logger } from '../../../log/log.ts'
import { metrics as metricIds } from '../../../report/facts.ts'
import { containerNodeId } from '../../../report/ids.ts'
import type { Metric } from '../../../report/schema.ts'
import type { Clock } from '../../collector.ts'
import type { DockerClient } from '../daemon/client.ts'
import type { StatsMessage } from '../daemon/messages.ts'
import { type MachineSize, usageOf } from './usage.ts'

/** Follows the stats streams of running containers and keeps their newest samples. */
export interface StatsReader {
  /** Follows exactly these containers from now on. */
  follow(ids: ReadonlySet<string>): void
  /**
   * Samples not older than the window.
   *
   * @param uptimeMs the moment of the report
   * @param sinceMs and not older than this either
   */
  metrics(uptimeMs: number, sinceMs?: number): Metric[]
  /** Streams that broke while their container ran. */
  errors(): number
}

export interface StatsReaderOptions {
  readonly client: DockerClient
  readonly clock: Clock
  readonly log: Logger
  readonly machine: MachineSize
  /** How long samples are kept, so that a report that is lost or late loses none. */
  readonly sampleWindowMs: number
}

interface Series {
  max: number | undefined
  /** `[uptimeMs, value]`, oldest first. */
  samples: [number, number][]
}

interface Followed {
  readonly abort: AbortController
  readonly cpu: Series
  readonly memory: Series
}

const MAX_SAMPLES = 600
const RETRY_MS = 3000

export const createStatsReader = (options: StatsReaderOptions): StatsReader => {
  const { client, clock, log, machine, sampleWindowMs } = options
  const followed = new Map<string, Followed>()
  let errors = 0

  const add = (series: Series, value: number | undefined, max: number): void => {
    if (value === undefined) return
    const now = Math.round(clock.uptimeMs())
    series.max = max > 0 ? max : undefined
    series.samples.push([now, value])
    let stale = Math.max(0, series.samples.length - MAX_SAMPLES)
    while ((series.samples[stale]?.[0] ?? now) < now - sampleWindowMs) stale++
    if (stale > 0) series.samples.splice(0, stale)
  }

  const read = async (id: string, one: Followed): Promise<void> => {
    let previous: StatsMessage | undefined
    for await (const message of await client.stats(id, one.abort.signal)) {
      const usage = usageOf(previous, message, machine)
      previous = message
      add(one.cpu, usage.cpuPercent, usage.cpuMaxPercent)
      add(one.memory, usage.memoryBytes, usage.memoryMaxBytes)
    }
  }

  const pause = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })

  const keepReading = async (id: string, one: Followed): Promise<void> => {
    const { signal } = one.abort
    while (!signal.aborted) {
      try {
        await read(id, one)
      } catch (error) {
        if (signal.aborted) return
        errors++
        log.debug('a stats stream broke; it is opened again', { container: id, error })
      }
      await pause(signal)
    }
  }

  const metricOf = (
    id: string,
    metric: string,
    series: Series,
    uptimeMs: number,
    sinceMs: number,
  ): Metric[] => {
    const samples = series.samples
      .filter(([at]) => at >= sinceMs)
      .map(([at, value]): [number, number] => [Math.max(0, uptimeMs - at), value])
    if (samples.length === 0) return []
    return [
      {
        node: containerNodeId(id),
        id: metric,
        ...(series.max !== undefined && { max: series.max }),
        samples,
      },
    ]
  }

  return {
    follow(ids) {
      for (const [id, { abort }] of followed) {
        if (ids.has(id)) continue
        abort.abort()
        followed.delete(id)
      }
      for (const id of ids) {
        if (followed.has(id)) continue
        const one: Followed = {
          abort: new AbortController(),
          cpu: { max: undefined, samples: [] },
          memory: { max: undefined, samples: [] },
        }
        followed.set(id, one)
        void keepReading(id, one)
      }
    },
    metrics(uptimeMs, sinceMs = Number.NEGATIVE_INFINITY) {
      const fromMs = Math.max(sinceMs, uptimeMs - sampleWindowMs)
      return [...followed].flatMap(([id, { cpu, memory }]) => [
        ...metricOf(id, metricIds.containerCpu, cpu, uptimeMs, fromMs),
        ...metricOf(id, metricIds.containerMemory, memory, uptimeMs, fromMs),
      ])
    },
    errors: () => errors,
  }
}
