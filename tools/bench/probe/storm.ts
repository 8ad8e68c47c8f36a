import { setTimeout as sleep } from 'node:timers/promises'
import { attributed, latestReport } from './load.ts'
import type { Mode, ProbeProcess } from './probe-process.ts'
import { startShort } from './traffic.ts'
import { cpuMs, kernelUse } from './usage.ts'

/** What a burst of short connections cost a probe, and what it saw of it. */
export interface StormFigures {
  readonly mode: Mode
  readonly connections: number
  readonly perSecond: number
  /** Of those made, told with both processes, in percent. */
  readonly attributedPercent: number
  /** Of the probe, per connection. */
  readonly cpuUs: number
  /** Of the eBPF programs, per connection, both ends. */
  readonly kernelUs: number
  /** Events that found no room in a ring, and those that the kernel kept from a program. */
  readonly lost: number
}

const SEEN_AFTER_MS = 3000

const lost = async (probe: ProbeProcess): Promise<number> => {
  const { status } = await latestReport(probe)
  const counters = status.find(({ id }) => id === 'connections')?.counters ?? {}
  return (counters.lost ?? 0) + (counters.recursionMisses ?? 0)
}

/** @param perSecond 0 = as fast as it goes */
export const measureStorm = async (
  probes: readonly ProbeProcess[],
  { forked, count, perSecond }: { forked: boolean; count: number; perSecond: number },
): Promise<StormFigures[]> => {
  const traffic = await startShort(forked)
  try {
    const before = await Promise.all(
      probes.map(async (probe) => ({
        cpu: cpuMs(probe.pid),
        kernel: kernelUse(probe.pid).ms,
        lost: await lost(probe),
      })),
    )
    const startedMs = performance.now()
    await traffic.make(count, perSecond)
    const tookMs = performance.now() - startedMs
    await sleep(SEEN_AFTER_MS)
    return await Promise.all(
      probes.map(async (probe, index) => {
        const start = before[index] as (typeof before)[number]
        const { connections } = await latestReport(probe)
        return {
          mode: probe.mode,
          connections: count,
          perSecond: (1000 * count) / tookMs,
          attributedPercent: (100 * attributed(connections, traffic.ports)) / count,
          cpuUs: (1000 * (cpuMs(probe.pid) - start.cpu)) / count,
          kernelUs: (1000 * (kernelUse(probe.pid).ms - start.kernel)) / count,
          lost: (await lost(probe)) - start.lost,
        }
      }),
    )
  } finally {
    await traffic.end()
  }
}
