import type { Privileges } from '../privileges.ts'
import type { ProcessCounts } from './process-table.ts'

type Counts = Pick<ProcessCounts, 'unreadable' | 'processes'>

/**
 * True when so many processes cannot be read that the picture is incomplete: more than one in ten, and more than one,
 * since many machines protect a single process.
 */
export const isTelling = ({ unreadable, processes }: Counts): boolean =>
  unreadable > Math.max(1, processes / 10)

/**
 * Describes what the probe may not read of processes and what to do about it. Empty when everything can be read, or
 * when the probe has all rights and only a few processes (often pid 1) are unreadable.
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
