import type { Logger } from '../../../log/log.ts'
import { metrics as metricIds } from '../../../report/facts.ts'
import { containerNodeId } from '../../../report/ids.ts'
import type { Metric } from '../../../report/schema.ts'
import type { Clock } from '../../collector.ts'
import type { DockerClient } from '../daemon/client.ts'
import type { StatsMessage } from '../daemon/messages.ts'
import { type MachineSize, trafficOf, usageOf } from './usage.ts'

/** Reads the stats streams of running containers and keeps their recent samples. */
export interface StatsReader {
  /** Sets the containers whose streams are read. */
  follow(ids: ReadonlySet<string>): void
  /**
   * Returns the samples within the window.
   *
   * @param uptimeMs the time of the report
   * @param sinceMs samples older than this are left out, too
   */
  metrics(uptimeMs: number, sinceMs?: number): Metric[]
  /** Number of streams that broke while their container was running. */
  errors(): number
}

export interface StatsReaderOptions {
  readonly client: DockerClient
  readonly clock: Clock
  readonly log: Logger
  readonly machine: MachineSize
  /** How many CPU cores a container may use; undefined = all. */
  readonly cpuLimitOf: (id: string) => number | undefined
  /** How long samples are kept, so that a lost or late report loses none. */
  readonly sampleWindowMs: number
}

interface Series {
  max: number | undefined
  /** `[uptimeMs, value]`, oldest first. */
  samples: [number, number][]
}

/** The metrics of a container, in the order in which they are reported. */
const kinds = {
  cpu: metricIds.containerCpu,
  memory: metricIds.containerMemory,
  received: metricIds.containerNetworkReceived,
  sent: metricIds.containerNetworkSent,
  read: metricIds.containerBlockRead,
  written: metricIds.containerBlockWritten,
} as const
type Kind = keyof typeof kinds

const allKinds = Object.keys(kinds) as Kind[]

interface Followed {
  readonly abort: AbortController
  readonly series: Readonly<Record<Kind, Series>>
}

const noSeries = (): Record<Kind, Series> => {
  const entries = allKinds.map((kind): [Kind, Series] => [kind, { max: undefined, samples: [] }])
  return Object.fromEntries(entries) as Record<Kind, Series>
}

const MAX_SAMPLES = 600
const RETRY_MS = 3000
/** Interval over which traffic rates are computed: longer than for CPU and memory, since traffic comes in bursts. */
const TRAFFIC_INTERVAL_MS = 4500

export const createStatsReader = (options: StatsReaderOptions): StatsReader => {
  const { client, clock, log, machine, cpuLimitOf, sampleWindowMs } = options
  const followed = new Map<string, Followed>()
  let errors = 0

  const add = (series: Series, value: number | undefined, max = 0): void => {
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
    let counted: StatsMessage | undefined
    for await (const message of await client.stats(id, one.abort.signal)) {
      const { cpu, memory } = one.series
      const usage = usageOf(previous, message, machine, cpuLimitOf(id))
      previous = message
      add(cpu, usage.cpuPercent, usage.cpuMaxPercent)
      add(memory, usage.memoryBytes, usage.memoryMaxBytes)
      counted ??= message
      if (Date.parse(message.read) - Date.parse(counted.read) < TRAFFIC_INTERVAL_MS) continue
      const traffic = trafficOf(counted, message)
      for (const kind of ['received', 'sent', 'read', 'written'] as const)
        add(one.series[kind], traffic[kind])
      counted = message
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
        const one: Followed = { abort: new AbortController(), series: noSeries() }
        followed.set(id, one)
        void keepReading(id, one)
      }
    },
    metrics(uptimeMs, sinceMs = Number.NEGATIVE_INFINITY) {
      const fromMs = Math.max(sinceMs, uptimeMs - sampleWindowMs)
      return [...followed].flatMap(([id, { series }]) =>
        allKinds.flatMap((kind) => metricOf(id, kinds[kind], series[kind], uptimeMs, fromMs)),
      )
    },
    errors: () => errors,
  }
}
