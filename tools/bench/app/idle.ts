import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { growthOf } from '../probe/growth.ts'
import { median } from '../probe/statistics.ts'
import { cpuMs, memory } from '../probe/usage.ts'
import type { Load } from './load.ts'

/** What an app took in each of several windows, one after the other. */
export interface IdleFound {
  readonly load: Load
  readonly windowS: number
  /** Shares of one core, percent. */
  readonly cpuPercent: readonly number[]
  /** Memory of its own at the end of each, megabytes. */
  readonly anonymousMb: readonly number[]
}

/** Looks at what an app takes while nobody looks at it. */
export const watchIdle = async (
  app: ChildProcess,
  load: Load,
  windows: number,
  windowS: number,
): Promise<IdleFound> => {
  const pid = app.pid ?? 0
  const [cpuPercent, anonymousMb]: [number[], number[]] = [[], []]
  for (let window = 0; window < windows; window++) {
    const [beforeMs, before] = [performance.now(), cpuMs(pid)]
    await sleep(1000 * windowS)
    cpuPercent.push((100 * (cpuMs(pid) - before)) / (performance.now() - beforeMs))
    anonymousMb.push(memory(pid).anonymousMb)
  }
  return { load, windowS, cpuPercent, anonymousMb }
}

/** What an app took while nobody looked, as a Markdown table. */
export const idleTable = ({ load, windowS, cpuPercent, anonymousMb }: IdleFound): readonly string[] => {
  const growth = growthOf(anonymousMb)
  const half = Math.floor(cpuPercent.length / 2)
  const later = median(cpuPercent.slice(-half)) / median(cpuPercent.slice(0, half))
  const minutes = (windowS * cpuPercent.length) / 60
  const cells = [
    `${load.hosts} hosts, ${Number(minutes.toFixed(1))} min`,
    `${median(cpuPercent).toFixed(2)} (${Math.min(...cpuPercent).toFixed(2)}…${Math.max(...cpuPercent).toFixed(2)})`,
    half === 0 ? '–' : `× ${later.toFixed(2)}`,
    `${median(anonymousMb).toFixed(1)}`,
    growth === undefined ? 'too short to tell' : `× ${growth.toFixed(2)}`,
  ]
  return [
    '| nobody looks | CPU % | CPU, second half against first | memory of its own, MB | from the middle third to the last |',
    '|---|---|---|---|---|',
    `| ${cells.join(' | ')} |`,
  ]
}
