import { capabilities, type Privileges } from '../../probe/privileges.ts'
import { type Finding, fail, ok, warn } from '../check.ts'

const who = ({ uid, effective }: Privileges): string => {
  const user = uid === 0 ? 'root' : `user ${uid}`
  if (effective.size === Object.keys(capabilities).length)
    return `${user} with all capabilities that are used`
  return effective.size === 0 ? `${user} without any` : `${user} with ${[...effective].join(', ')}`
}

/** Checks whether this process may load eBPF programs. */
export const tracingCapabilities = (privileges: Privileges): Finding => {
  const missing = (['CAP_BPF', 'CAP_PERFMON'] as const).filter((name) => !privileges.effective.has(name))
  if (missing.length === 0) return ok(who(privileges))
  return fail(`${who(privileges)}; missing: ${missing.join(', ')}`, 'run as root, or give it those')
}

/** Checks whether the network namespaces and open files of all users' processes can be read. */
export const processCapabilities = ({ uid, effective }: Privileges): Finding => {
  const missing = (['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH'] as const).filter((name) => !effective.has(name))
  if (missing.length === 0) return ok('of all users')
  const scope = uid === 0 ? "other users'" : "all but the user's own"
  return warn(
    `of ${scope} processes, network namespace or open files may not be read: short-lived processes are not always put into their container; missing: ${missing.join(', ')}`,
    'run as root, or give it those',
  )
}

/** @param uidMap text of `/proc/self/uid_map` */
export const userNamespaceCheck = (uidMap: string): Finding => {
  const [inside, outside, length] = uidMap.trim().split(/\s+/).map(Number)
  // The first namespace maps all ids, each to itself; no other can.
  if (inside === 0 && outside === 0 && length === 4_294_967_295) return ok('that of the machine')
  return fail(
    'a namespace of its own, in which capabilities look full and are not',
    'run it outside of the user namespace: not in rootless Docker or podman, nor with userns-remap (--userns=host)',
  )
}

/** @param status text of `/proc/self/status` */
export const seccompCheck = (status: string): Finding =>
  /^Seccomp:\s*2$/m.test(status)
    ? warn(
        'a filter of system calls is on, as in containers; it may forbid bpf() and perf_event_open()',
        'if the trial below fails: docker run --privileged, or --security-opt seccomp=unconfined',
      )
    : ok('no filter of system calls')
