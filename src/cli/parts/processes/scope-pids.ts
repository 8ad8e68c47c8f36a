import { readFileSync, readlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import { builtPrograms, sourcePrograms } from '../../../checkout.ts'
import { runningPids } from '../state-files.ts'

/** What {@link withParents} looks at. */
export interface ScopeProcessOptions {
  readonly procRoot?: string
  /** The programs that Scope's processes run. */
  readonly programs?: readonly string[]
}

const ownPrograms = [builtPrograms, sourcePrograms].flatMap(({ main, supervisor }) => [main, supervisor])

const parentOf = (pid: number, procRoot: string): number => {
  const stat = readFileSync(`${procRoot}/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(') ') + 2).split(' ', 2)[1])
}

const runsOneOf = (pid: number, { procRoot, programs }: Required<ScopeProcessOptions>): boolean => {
  const argv = readFileSync(`${procRoot}/${pid}/cmdline`, 'utf8').split('\0')
  const cwd = readlinkSync(`${procRoot}/${pid}/cwd`)
  return argv.some((word) => programs.includes(resolve(cwd, word)))
}

/**
 * Adds to processes of Scope those that have started them and are Scope, too: `scope run` starts app and probe, and `scope app`
 * starts an app as another user.
 */
export const withParents = (
  pids: readonly number[],
  { procRoot = '/proc', programs = ownPrograms }: ScopeProcessOptions = {},
): number[] => {
  const parents = pids.flatMap((pid) => {
    try {
      const parent = parentOf(pid, procRoot)
      return parent > 1 && runsOneOf(parent, { procRoot, programs }) ? [parent] : []
    } catch {
      // It has ended, or may not be looked at; then it may not be signalled either.
      return []
    }
  })
  return [...new Set([...pids, ...parents])]
}

/** The pids of all processes of Scope on this machine that use this state directory, with this process. */
export const scopePids = (stateDir: string): number[] => withParents([process.pid, ...runningPids(stateDir)])
