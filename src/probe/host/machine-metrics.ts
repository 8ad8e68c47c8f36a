import { metrics } from '../../report/facts.ts'
import type { Metric } from '../../report/schema.ts'
import { parseLoad, parseMemory, parseSystemStat, type SystemStat } from './proc-files.ts'
import { Samples } from './samples.ts'

/** The contents of the `/proc` files that a sample is made of; empty = unreadable. */
export interface MachineTexts {
  readonly stat: string
  readonly meminfo: string
  readonly loadavg: string
}

const MAX_SAMPLES = 60

/** CPU, memory and load of a machine over the last seconds. */
export class MachineMetrics {
  readonly #cpu: Samples
  readonly #memory: Samples
  readonly #loads: readonly Samples[]
  #before: SystemStat | undefined
  #memoryBytes: number | undefined
  #cpus: number | undefined

  /** @param windowMs how long samples are kept; the newest is always kept */
  constructor(windowMs: number) {
    const series = () => new Samples(windowMs, MAX_SAMPLES)
    this.#cpu = series()
    this.#memory = series()
    this.#loads = [series(), series(), series()]
  }

  /** Adds a sample. @param atMs the probe's uptime in whole milliseconds */
  take(texts: MachineTexts, atMs: number): void {
    this.#takeCpu(parseSystemStat(texts.stat), atMs)
    const memory = parseMemory(texts.meminfo)
    if (memory !== undefined) {
      this.#memoryBytes = memory.totalBytes
      this.#memory.add(atMs, memory.usedBytes)
    }
    parseLoad(texts.loadavg)?.forEach((load, i) => {
      this.#loads[i]?.add(atMs, load)
    })
  }

  /** @returns the metrics that have samples since `sinceMs`; ages are counted back from `uptimeMs` */
  metricsOf(node: string, uptimeMs: number, sinceMs = Number.NEGATIVE_INFINITY): Metric[] {
    const [load1, load5, load15] = this.#loads
    const all: [id: string, samples: Samples | undefined, max: number | undefined][] = [
      [metrics.hostCpu, this.#cpu, 100],
      [metrics.hostMemory, this.#memory, this.#memoryBytes],
      // The number of CPUs: above that load, some task has to wait.
      [metrics.load1, load1, this.#cpus],
      [metrics.load5, load5, this.#cpus],
      [metrics.load15, load15, this.#cpus],
    ]
    return all
      .map(([id, samples, max]) => ({
        node,
        id,
        ...(max !== undefined && { max }),
        samples: samples?.agedFrom(uptimeMs, sinceMs) ?? [],
      }))
      .filter(({ samples }) => samples.length > 0)
  }

  #takeCpu(stat: SystemStat, atMs: number): void {
    const before = this.#before
    // An unreadable file must not look like counters that were reset to zero.
    if (stat.totalTicks === 0) return
    this.#before = stat
    if (stat.cpus > 0) this.#cpus = stat.cpus
    if (before === undefined || stat.totalTicks <= before.totalTicks) return
    const percent = (100 * (stat.busyTicks - before.busyTicks)) / (stat.totalTicks - before.totalTicks)
    // The kernel's iowait counter may decrease a little.
    this.#cpu.add(atMs, Math.min(100, Math.max(0, Math.round(percent * 100) / 100)))
  }
}
