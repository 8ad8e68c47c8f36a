import { readFileSync } from 'node:fs'

/** Identifies a process. A pid alone is not enough, because it may be reused. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start of the process in clock ticks since boot, field 22 of `/proc/<pid>/stat`. */
  readonly startTicks: number
  /** Id of the boot that `startTicks` counts from. */
  readonly bootId: string
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Whatever the reason, the process is treated as not existing.
    return undefined
  }
}

const bootId = (procRoot: string): string => readText(`${procRoot}/sys/kernel/random/boot_id`)?.trim() ?? ''

/** Identifies the process that has this pid now; undefined when there is none, or only a zombie. */
export function identifyProcess(pid: number, procRoot = '/proc'): ProcessIdentity | undefined {
  const stat = readText(`${procRoot}/${pid}/stat`)
  // The name field, in parentheses, may itself contain spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields ?? []
  const startTicks = Number(fields?.[19])
  if (state === undefined || state === 'Z' || state === 'X' || !Number.isFinite(startTicks)) return undefined
  return { pid, startTicks, bootId: bootId(procRoot) }
}

/** True while that very process is running. */
export function isAlive(identity: ProcessIdentity, procRoot = '/proc'): boolean {
  const now = identifyProcess(identity.pid, procRoot)
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId
}
