import type { Privileges } from '../privileges.ts'
import type { ProcessCounts } from './process-table.ts'

type Counts = Pick<ProcessCounts, 'unreadable' | 'processes'>

/** Whether so much may not be read that the picture is not whole: one in ten, or the one that a machine keeps to itself, is not. */
export const isTelling = ({ unreadable, processes }: Counts): boolean =>
  unreadable > Math.max(1, processes / 10)

/**
 * What the probe may not read of processes, and what to do about it; empty when it is nothing, or so little that nobody can do
 * anything about it (often pid 1, of root itself).
 */
export const blindnessOf = (counts: Counts, { uid, effective }: Privileges): string => {
  const { unreadable, processes } = counts
  const missing = (['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH'] as const).filter((name) => !effective.has(name))
  if (unreadable === 0 || (missing.length === 0 && !isTelling(counts))) return ''
  const what = `network namespace or open files of ${unreadable} of ${processes} processes may not be read`
  if (missing.length === 0)
    return `${what}, although the probe has all rights for it: this machine keeps them to itself`
  return uid === 0
    ? `${what}: the probe runs as root, but without ${missing.join(' and ')}`
    : `${what}: run the probe as root, or with ${missing.join(' and ')}`
}
