import { readFileSync } from 'node:fs'

/** One process and no other: a pid alone may have been given to somebody else since. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start of the process in clock ticks since boot, field 22 of `/proc/<pid>/stat`. */
  readonly startTicks: number
  /** The boot that those ticks count from. */
  readonly bootId: string
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Whatever the reason, there is no such process to be seen.
    return undefined
  }
}

const bootId = (procRoot: string): string => readText(`${procRoot}/sys/kernel/random/boot_id`)?.trim() ?? ''

/** Who has this pid now; `undefined` when nobody, or only a zombie, has it. */
export function identifyProcess(pid: number, procRoot = '/proc'): ProcessIdentity | undefined {
  const stat = readText(`${procRoot}/${pid}/stat`)
  // The name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields ?? []
  const startTicks = Number(fields?.[19])
  if (state === undefined || state === 'Z' || state === 'X' || !Number.isFinite(startTicks)) return undefined
  return { pid, startTicks, bootId: bootId(procRoot) }
}

/** Whether that very process still runs. */
export function isAlive(identity: ProcessIdentity, procRoot = '/proc'): boolean {
  const now = identifyProcess(identity.pid, procRoot)
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId
}
