import { metrics } from '../../report/facts.ts'
import type { Metric } from '../../report/schema.ts'
import type { ProcessLimits } from './limits.ts'

/** Measurements of a process at one time. */
export interface ProcessSample {
  /** The probe's uptime when they were read. */
  readonly atMs: number
  /** Percent of one core since the previous sample; undefined on the first, and when the two are too close. */
  readonly cpuPercent: number | undefined
  readonly memoryBytes: number
  readonly threads: number
  /** Undefined when it may not be read. */
  readonly openFiles: number | undefined
}

/** The size of the machine, for the maximum of metrics. */
export interface MachineSize {
  readonly cpus: number
  readonly memoryBytes: number
}

/** CPU time of a process at one time. */
export interface CpuReading {
  readonly atMs: number
  readonly ticks: number
}

// Over a shorter interval, a single clock tick would show as several percent or more.
const MIN_CPU_INTERVAL_MS = 500

/** @returns percent of one core between two readings; undefined when they are too close together for a useful value */
export const cpuPercent = (
  before: CpuReading,
  now: CpuReading,
  ticksPerSecond: number,
  cpus: number,
): number | undefined => {
  const elapsedMs = now.atMs - before.atMs
  if (elapsedMs < MIN_CPU_INTERVAL_MS) return undefined
  const percent = ((now.ticks - before.ticks) / ticksPerSecond / (elapsedMs / 1000)) * 100
  return Math.min(100 * Math.max(1, cpus), Math.max(0, Math.round(percent * 100) / 100))
}

type Value = (sample: ProcessSample) => number | undefined

const cpuOf: Value = (sample) => sample.cpuPercent
const memoryOf: Value = (sample) => sample.memoryBytes
const threadsOf: Value = (sample) => sample.threads
const openFilesOf: Value = (sample) => sample.openFiles

/**
 * The metrics of one process. The age of a sample is counted back from `uptimeMs`.
 *
 * @param samples oldest first
 * @param sinceMs only samples from this time of the probe's clock on are included; a metric without any is left out
 */
export const processMetrics = (
  node: string,
  samples: readonly ProcessSample[],
  limits: ProcessLimits,
  machine: MachineSize,
  uptimeMs: number,
  sinceMs = Number.NEGATIVE_INFINITY,
): Metric[] => {
  const made: Metric[] = []
  const add = (id: string, max: number | undefined, read: Value): void => {
    const pairs: Metric['samples'] = []
    for (const sample of samples) {
      const value = sample.atMs < sinceMs ? undefined : read(sample)
      if (value !== undefined) pairs.push([Math.max(0, uptimeMs - sample.atMs), value])
    }
    if (pairs.length > 0)
      made.push(max === undefined ? { node, id, samples: pairs } : { node, id, max, samples: pairs })
  }
  add(metrics.processCpu, 100 * machine.cpus, cpuOf)
  add(metrics.processMemory, limits.addressSpaceBytes ?? machine.memoryBytes, memoryOf)
  add(metrics.processThreads, undefined, threadsOf)
  add(metrics.processOpenFiles, limits.openFiles, openFilesOf)
  return made
}
