import { cpuMs, memory } from '../probe/usage.ts'

const EVERY_MS = 250

/** What a process used during a step. */
export interface StepUsage {
  /** Resident memory at its peak, in megabytes. */
  readonly peakMb: number
  readonly cpuMs: number
}

/** What processes use from now on. */
export interface UsageWatch<Name extends string> {
  /** What each used since this was last called. */
  take(): Readonly<Record<Name, StepUsage>>
  /** Ends it. Call it before the processes end. */
  stop(): void
}

/** Watches processes. @param pids by name */
export const watchUsage = <Name extends string>(pids: Readonly<Record<Name, number>>): UsageWatch<Name> => {
  const names = Object.keys(pids) as Name[]
  const ofEach = <T>(look: (pid: number, name: Name) => T): Record<Name, T> =>
    Object.fromEntries(names.map((name) => [name, look(pids[name], name)])) as Record<Name, T>
  const rss = (pid: number): number => memory(pid).rssMb
  let peaks = ofEach(rss)
  let before = ofEach(cpuMs)
  const timer = setInterval(() => {
    peaks = ofEach((pid, name) => Math.max(peaks[name], rss(pid)))
  }, EVERY_MS)
  return {
    stop: () => clearInterval(timer),
    take() {
      const now = ofEach(cpuMs)
      const taken = ofEach((_, name) => ({ peakMb: peaks[name], cpuMs: now[name] - before[name] }))
      peaks = ofEach(rss)
      before = now
      return taken
    },
  }
}
