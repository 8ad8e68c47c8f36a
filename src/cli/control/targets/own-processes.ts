import { readFileSync } from 'node:fs'

const DEEPEST = 64

/**
 * The pids of this process and of those that have started it, without pid 1. The query is in the command lines of these, so it finds
 * them, and they are never meant.
 */
export const ownProcesses = (pid: number = process.pid): ReadonlySet<number> => {
  const pids = new Set<number>()
  for (let next = pid; next > 1 && pids.size < DEEPEST; next = parentOf(next)) pids.add(next)
  return pids
}

const parentOf = (pid: number): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold spaces and parentheses itself.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // It has ended meanwhile, and what it was started by is not of interest then.
    return 0
  }
}
