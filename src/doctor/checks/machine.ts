import { type Finding, ok, warn } from '../check.ts'

/** The first pid namespace of a machine always has this inode (`PROC_PID_INIT_INO` of the kernel). */
const FIRST_PID_NAMESPACE = 4_026_531_836

/** What may hide processes from Scope. */
export interface ProcLook {
  /** Inode of the pid namespace; 0 = unknown. */
  readonly pidNamespace: number
  /** The option `hidepid` of the mount of `/proc`; empty when it is not given. */
  readonly hidepid: string
  /** Whether this process has CAP_SYS_PTRACE, so that `hidepid` does not affect it. */
  readonly mayPtrace: boolean
}

/** @param mountinfo text of `/proc/self/mountinfo` */
export const hidepidOf = (mountinfo: string): string => {
  const line = mountinfo.split('\n').find((mount) => /^(\S+ ){4}\/proc .* - proc /.test(mount))
  return /\bhidepid=(\w+)/.exec(line ?? '')?.[1] ?? ''
}

/** Checks whether all processes of the machine can be seen. */
export const procCheck = ({ pidNamespace, hidepid, mayPtrace }: ProcLook): Finding => {
  if (pidNamespace !== 0 && pidNamespace !== FIRST_PID_NAMESPACE)
    return warn(
      'a pid namespace of its own: only processes in it are seen',
      'run it in that of the machine (docker run --pid=host)',
    )
  const hides = hidepid !== '' && hidepid !== '0' && hidepid !== 'off'
  if (hides && !mayPtrace)
    return warn(
      `/proc hides other users' processes (hidepid=${hidepid})`,
      'run as root or with CAP_SYS_PTRACE',
    )
  return ok('all processes can be seen')
}

/** State of the state directory. */
export interface StateLook {
  readonly dir: string
  /** What is wrong with it and what to do; undefined when nothing is. */
  readonly problem: string | undefined
  readonly exists: boolean
}

/** Checks whether keys and logs can be stored. */
export const stateCheck = ({ dir, problem, exists }: StateLook): Finding => {
  if (problem !== undefined) return warn(problem, 'without it neither app nor probe starts')
  return ok(exists ? dir : `${dir} will be made at the first launch`)
}

const MB = 1e6
const WANTED_BYTES = 300 * MB
const WANTED_FILES = 1024

/** Resources available to Scope. */
export interface ResourceLook {
  readonly availableBytes: number
  /** The soft limit of open files; undefined = unlimited. */
  readonly openFiles: number | undefined
}

/** Checks whether there are enough resources for app and probe. */
export const resourceCheck = ({ availableBytes, openFiles }: ResourceLook): Finding => {
  const memory = `${Math.round(availableBytes / MB)} MB of memory available`
  if (availableBytes < WANTED_BYTES) return warn(memory, 'app and probe want 300 MB together')
  const files = openFiles === undefined ? 'any number of open files' : `up to ${openFiles} open files`
  if (openFiles !== undefined && openFiles < WANTED_FILES)
    return warn(files, `raise it: ulimit -n ${WANTED_FILES}; each open page takes one`)
  return ok(`${memory}, ${files}`)
}
