import { setTimeout as sleep } from 'node:timers/promises'
import { type Spread, spread } from '../probe/statistics.ts'
import { cpuMs, memory } from '../probe/usage.ts'
import type { FleetMachine, Part } from './machine.ts'

/** What one part uses. */
export interface Use {
  /** Percent of one core. */
  readonly cpuPercent: number
  readonly pssMb: number
}

/** Measures all parts over the same time. */
export const measureUse = async (parts: readonly Part[], ms: number): Promise<Use[]> => {
  const before = parts.map(({ pid }) => cpuMs(pid))
  const startedMs = performance.now()
  await sleep(ms)
  const tookMs = performance.now() - startedMs
  return parts.map(({ pid }, index) => ({
    cpuPercent: (100 * (cpuMs(pid) - (before[index] ?? 0))) / tookMs,
    pssMb: memory(pid).pssMb,
  }))
}

const POLL_MS = 200
const LIMIT_MS = 180_000

/**
 * Waits until each app has heard from each probe since a moment.
 *
 * @returns milliseconds from then until each app had
 * @throws Error when that takes longer than three minutes
 */
export const untilHeard = async (
  machine: Pick<FleetMachine, 'heard'>,
  apps: readonly number[],
  names: readonly string[],
  sinceMs: number,
): Promise<number[]> => {
  const took = new Map<number, number>()
  for (;;) {
    const heard = await machine.heard(apps)
    const missing = apps.map((_, i) => names.filter((name) => (heard[i]?.[name] ?? 0) <= sinceMs).length)
    for (const [i, app] of apps.entries())
      if (missing[i] === 0 && !took.has(app)) took.set(app, Date.now() - sinceMs)
    if (took.size === apps.length) return apps.map((app) => took.get(app) ?? Number.NaN)
    if (Date.now() - sinceMs > LIMIT_MS)
      throw new Error(`after ${LIMIT_MS / 1000} s the apps have not heard from ${missing.join(', ')} probes`)
    await sleep(POLL_MS)
  }
}

/** What so many apps cost a probe. */
export interface PerApps {
  readonly apps: number
  /** Of the probes' medians over the windows. */
  readonly cpuPercent: Spread
  /** Growth for each further app, in percent of what one app costs. */
  readonly growthPercent: number
}

/** @param uses of groups of probes, by number of apps; the first group has one */
export const growthOf = (
  uses: readonly { readonly apps: number; readonly cpu: readonly number[] }[],
): PerApps[] => {
  const spreads = uses.map(({ apps, cpu }) => ({ apps, cpuPercent: spread(cpu) }))
  const one = spreads[0]?.cpuPercent.median ?? Number.NaN
  return spreads.map(({ apps, cpuPercent }) => ({
    ...{ apps, cpuPercent },
    growthPercent: apps === 1 ? 0 : (100 * (cpuPercent.median / one - 1)) / (apps - 1),
  }))
}
