import { metrics } from '../../report/facts.ts'
import type { Metric } from '../../report/schema.ts'
import type { ProcessLimits } from './limits.ts'

/** Numbers of a process at a moment. */
export interface ProcessSample {
  /** The probe's uptime when they were read. */
  readonly atMs: number
  /** Percent of one core since the sample before; undefined on the first. */
  readonly cpuPercent: number | undefined
  readonly memoryBytes: number
  readonly threads: number
  /** Undefined when it may not be read. */
  readonly openFiles: number | undefined
}

/** What counts as full on this machine. */
export interface MachineSize {
  readonly cpus: number
  readonly memoryBytes: number
}

/** CPU time of a process at a moment. */
export interface CpuReading {
  readonly atMs: number
  readonly ticks: number
}

// Over less than this a single clock tick would show as tens of percent.
const MIN_CPU_INTERVAL_MS = 500

/** @returns percent of one core between two readings; undefined when they are too close to tell */
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

const series = (
  node: string,
  id: string,
  max: number | undefined,
  samples: readonly ProcessSample[],
  uptimeMs: number,
  value: (sample: ProcessSample) => number | undefined,
): Metric[] => {
  const pairs: [number, number][] = []
  for (const sample of samples) {
    const v = value(sample)
    if (v !== undefined) pairs.push([Math.max(0, uptimeMs - sample.atMs), v])
  }
  return pairs.length === 0 ? [] : [{ node, id, ...(max !== undefined && { max }), samples: pairs }]
}

/**
 * The metrics of one process, ages counted back from `uptimeMs`.
 *
 * @param all oldest first
 * @param sinceMs samples are taken from this moment of the probe's clock on; a metric without any is left out
 */
export const processMetrics = (
  node: string,
  all: readonly ProcessSample[],
  limits: ProcessLimits,
  machine: MachineSize,
  uptimeMs: number,
  sinceMs = Number.NEGATIVE_INFINITY,
): Metric[] => {
  const first = all.findIndex(({ atMs }) => atMs >= sinceMs)
  if (first < 0) return []
  const samples = first === 0 ? all : all.slice(first)
  return [
    ...series(node, metrics.processCpu, 100 * machine.cpus, samples, uptimeMs, (s) => s.cpuPercent),
    ...series(
      node,
      metrics.processMemory,
      limits.addressSpaceBytes ?? machine.memoryBytes,
      samples,
      uptimeMs,
      (s) => s.memoryBytes,
    ),
    ...series(node, metrics.processThreads, undefined, samples, uptimeMs, (s) => s.threads),
    ...series(node, metrics.processOpenFiles, limits.openFiles, samples, uptimeMs, (s) => s.openFiles),
  ]
}
