import { memory } from '../probe/usage.ts'

const EVERY_MS = 250

/** Resident memory at its peak, in megabytes, by the name of the process. */
export type PeakMemory<Name extends string> = Readonly<Record<Name, number>>

/**
 * Watches the memory of processes from now on.
 *
 * @param pids by name
 * @returns `take` tells the peaks since it was last called
 */
export const watchMemory = <Name extends string>(
  pids: Readonly<Record<Name, number>>,
): { take(): PeakMemory<Name> } => {
  const names = Object.keys(pids) as Name[]
  const now = (): Record<Name, number> =>
    Object.fromEntries(names.map((name) => [name, memory(pids[name]).rssMb])) as Record<Name, number>
  let peaks = now()
  const timer = setInterval(() => {
    const present = now()
    for (const name of names) peaks[name] = Math.max(peaks[name], present[name])
  }, EVERY_MS)
  timer.unref()
  return {
    take() {
      const taken = peaks
      peaks = now()
      return taken
    },
  }
}
