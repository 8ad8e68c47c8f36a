import { setTimeout as sleep } from 'node:timers/promises'
import { encodeReport } from '../../../src/report/encoding/encoding.ts'
import type { ConnectionRecord, Report } from '../../../src/report/schema.ts'
import type { Mode, ProbeProcess } from './probe-process.ts'
import { median, type Spread, spread } from './statistics.ts'
import { countProcesses, cpuMs, kernelUse, type Memory, memory } from './usage.ts'

/** How long and how often is measured. */
export interface Pace {
  readonly windows: number
  readonly windowMs: number
  /** From the start of programs, or of traffic, to the first window. */
  readonly settleMs: number
}

/** What a probe used under a load, beside what it used just before. */
export interface LoadFigures {
  readonly mode: Mode
  /** Shares of one core, in percent. */
  readonly cpuIdle: Spread
  readonly cpuLoaded: Spread
  /** Loaded less idle, window by window. */
  readonly cpuAdded: Spread
  /** eBPF programs, which run in the processes traced; 0 where the kernel does not count. */
  readonly kernelAdded: Spread
  readonly memory: Memory
  /** Of a report as sent, compressed: of what changed since the one before. */
  readonly reportBytesIdle: number
  readonly reportBytesLoaded: number
  /** What connections and addresses take of a whole one. */
  readonly connectionBytesIdle: number
  readonly connectionBytesLoaded: number
  readonly reportsPerSecond: number
  /** Counters of the connections collector at the end. */
  readonly counters: Readonly<Record<string, number>>
  readonly processes: number
}

interface Window {
  readonly cpu: number
  readonly kernel: number
  readonly reports: number
  readonly bytes: readonly number[]
}

const measureWindow = async (probes: readonly ProbeProcess[], ms: number): Promise<Window[]> => {
  const before = probes.map(({ pid, sink }) => {
    sink.clear()
    return { atMs: performance.now(), cpu: cpuMs(pid), kernel: kernelUse(pid).ms }
  })
  await sleep(ms)
  return probes.map(({ pid, sink }, index) => {
    const start = before[index] as (typeof before)[number]
    const tookMs = performance.now() - start.atMs
    return {
      cpu: (100 * (cpuMs(pid) - start.cpu)) / tookMs,
      kernel: (100 * (kernelUse(pid).ms - start.kernel)) / tookMs,
      reports: (1000 * sink.arrivals.length) / tookMs,
      bytes: sink.arrivals.map(({ bytes }) => bytes),
    }
  })
}

const measureWindows = async (probes: readonly ProbeProcess[], pace: Pace): Promise<Window[][]> => {
  const windows: Window[][] = []
  for (let i = 0; i < pace.windows; i++) windows.push(await measureWindow(probes, pace.windowMs))
  return windows
}

const connectionBytes = async (report: Report): Promise<number> => {
  const without = await encodeReport({ ...report, connections: [], addresses: [] })
  return (await encodeReport(report)).length - without.length
}

/** The newest report of a probe, which may have to be waited for. */
export const latestReport = async ({ sink }: ProbeProcess): Promise<Report> =>
  (sink.arrivals.at(-1) ?? (await sink.next())).read()

/** Connections opened that a report tells of with both processes. */
export const attributed = (connections: readonly ConnectionRecord[], ports: readonly number[]): number =>
  connections
    .filter(
      ({ client, server, serverPort }) =>
        ports.includes(serverPort) && client !== undefined && server !== undefined,
    )
    .reduce((sum, { opened }) => sum + opened, 0)

const counters = ({ status }: Report): Record<string, number> =>
  status.find(({ id }) => id === 'connections')?.counters ?? {}

/**
 * Measures some probes at once, without and then under the same load.
 *
 * @param begin starts the load, which goes on by itself
 */
export const measureLoad = async (
  probes: readonly ProbeProcess[],
  pace: Pace,
  begin: () => Promise<void>,
): Promise<LoadFigures[]> => {
  await sleep(pace.settleMs)
  const idle = await measureWindows(probes, pace)
  const idleBytes = await Promise.all(probes.map(async (probe) => connectionBytes(await latestReport(probe))))
  await begin()
  await sleep(pace.settleMs)
  const loaded = await measureWindows(probes, pace)
  const processes = countProcesses()
  return Promise.all(
    probes.map(async (probe, index) => {
      const of = (windows: readonly Window[][]) => windows.map((window) => window[index] as Window)
      const [before, after] = [of(idle), of(loaded)]
      const differences = (key: 'cpu' | 'kernel') =>
        spread(after.map((window, i) => window[key] - (before[i] as Window)[key]))
      const report = await latestReport(probe)
      return {
        mode: probe.mode,
        cpuIdle: spread(before.map(({ cpu }) => cpu)),
        cpuLoaded: spread(after.map(({ cpu }) => cpu)),
        cpuAdded: differences('cpu'),
        kernelAdded: differences('kernel'),
        memory: memory(probe.pid),
        reportBytesIdle: median(before.flatMap(({ bytes }) => bytes)),
        reportBytesLoaded: median(after.flatMap(({ bytes }) => bytes)),
        connectionBytesIdle: idleBytes[index] as number,
        connectionBytesLoaded: await connectionBytes(report),
        reportsPerSecond: median(after.map(({ reports }) => reports)),
        counters: counters(report),
        processes,
      }
    }),
  )
}
