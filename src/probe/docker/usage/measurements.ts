import { metrics as metricIds } from '../../../report/facts.ts'
import type { Metric } from '../../../report/schema.ts'
import type { MeasuredContainer } from './measured-container.ts'
import { Samples } from './samples.ts'

/** A counter of bytes for each direction and kind of traffic; undefined = not counted. */
export interface TrafficBytes {
  readonly received: number | undefined
  readonly sent: number | undefined
  readonly read: number | undefined
  readonly written: number | undefined
}

/** What is full for a container: the maximum of its metrics. */
export interface UsageLimits {
  /** 100 × the number of cores that it may use. */
  readonly cpuPercent: number
  /** Its limit, or all of the machine's memory; 0 = not known. */
  readonly memoryBytes: number
}

/** Size of the daemon's machine; 0 = not known. */
export interface MachineSize {
  readonly cores: number
  readonly memoryBytes: number
}

/** What is full for a container with these limits on a machine. */
export const usageLimits = (
  { cpuLimit, memoryLimitBytes }: Pick<MeasuredContainer, 'cpuLimit' | 'memoryLimitBytes'>,
  machine: MachineSize,
): UsageLimits => {
  const cores = machine.cores || 1
  const isBound =
    memoryLimitBytes !== undefined && (machine.memoryBytes === 0 || memoryLimitBytes < machine.memoryBytes)
  return {
    cpuPercent: 100 * Math.min(cores, cpuLimit ?? cores),
    memoryBytes: isBound ? memoryLimitBytes : machine.memoryBytes,
  }
}

/** A reading of counters, with its time on a clock of the source. */
interface Reading<T> {
  readonly atMs: number
  readonly value: T
}

/** The time since a reading; undefined without one, and when the clock of the source was set back since: what follows begins anew. */
const elapsedSince = (before: Reading<unknown> | undefined, atMs: number): number | undefined =>
  before === undefined || atMs < before.atMs ? undefined : atMs - before.atMs

/** Over a shorter time, the steps in which the kernel counts would show. */
const MIN_CPU_INTERVAL_MS = 500
/** Traffic comes in bursts, so its rates are over longer times. */
const TRAFFIC_INTERVAL_MS = 4500

/** The metrics of one container, made of what its counters showed one time after another. */
export class Measurements {
  readonly #cpuPercent: Samples
  readonly #memoryBytes: Samples
  readonly #rates: Readonly<Record<keyof TrafficBytes, Samples>>
  #cpu: Reading<number> | undefined
  #traffic: Reading<TrafficBytes> | undefined

  /** @param sampleWindowMs how long samples are kept */
  constructor(sampleWindowMs: number) {
    const samples = () => new Samples(sampleWindowMs)
    this.#cpuPercent = samples()
    this.#memoryBytes = samples()
    this.#rates = { received: samples(), sent: samples(), read: samples(), written: samples() }
  }

  /**
   * Takes a reading of its CPU time.
   *
   * @param atMs when it was read, by the clock of the source
   * @param sampleMs the probe's uptime in whole milliseconds
   */
  takeCpu(atMs: number, cpuNs: number, sampleMs: number): void {
    const before = this.#cpu
    const elapsedMs = elapsedSince(before, atMs)
    if (elapsedMs !== undefined && elapsedMs < MIN_CPU_INTERVAL_MS) return
    this.#cpu = { atMs, value: cpuNs }
    // Less than before: it was started again.
    if (before === undefined || elapsedMs === undefined || cpuNs < before.value) return
    const percent = ((cpuNs - before.value) / 1e6 / elapsedMs) * 100
    this.#cpuPercent.add(sampleMs, Math.round(percent * 100) / 100)
  }

  takeMemory(bytes: number, sampleMs: number): void {
    this.#memoryBytes.add(sampleMs, bytes)
  }

  /** Takes a reading of its traffic, see {@link takeCpu}. */
  takeTraffic(atMs: number, bytes: TrafficBytes, sampleMs: number): void {
    const before = this.#traffic
    const elapsedMs = elapsedSince(before, atMs)
    if (elapsedMs !== undefined && elapsedMs < TRAFFIC_INTERVAL_MS) return
    this.#traffic = { atMs, value: bytes }
    if (before === undefined || elapsedMs === undefined) return
    for (const kind of ['received', 'sent', 'read', 'written'] as const) {
      const [was, is] = [before.value[kind], bytes[kind]]
      if (was === undefined || is === undefined || is < was) continue
      this.#rates[kind].add(sampleMs, Math.round((is - was) / (elapsedMs / 1000)))
    }
  }

  /** Begins anew with the next readings: they are of another source, or of the container's next life. */
  forgetReadings(): void {
    this.#cpu = undefined
    this.#traffic = undefined
  }

  /** @returns the metrics that have samples since `sinceMs`; ages are counted back from `uptimeMs` */
  metricsOf(node: string, limits: UsageLimits, uptimeMs: number, sinceMs: number): Metric[] {
    const made: Metric[] = []
    const add = (id: string, series: Samples, max = 0): void => {
      const samples = series.agedFrom(uptimeMs, sinceMs)
      if (samples.length > 0) made.push(max > 0 ? { node, id, max, samples } : { node, id, samples })
    }
    add(metricIds.containerCpu, this.#cpuPercent, limits.cpuPercent)
    add(metricIds.containerMemory, this.#memoryBytes, limits.memoryBytes)
    add(metricIds.containerNetworkReceived, this.#rates.received)
    add(metricIds.containerNetworkSent, this.#rates.sent)
    add(metricIds.containerBlockRead, this.#rates.read)
    add(metricIds.containerBlockWritten, this.#rates.written)
    return made
  }
}
