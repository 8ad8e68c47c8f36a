import { release } from 'node:os'
import { cgroup2Mount } from '../probe/cgroup/mount.ts'
import { parsePrivileges } from '../probe/privileges.ts'
import type { Check, Finding } from './check.ts'
import { cgroupCheck, cgroupLayout, dockerCheck } from './checks/containers.ts'
import { btfCheck, kernelCheck, lockdownCheck, tracefsCheck } from './checks/kernel.ts'
import { hidepidOf, procCheck, resourceCheck, stateCheck } from './checks/machine.ts'
import { conntrackCheck, dnsCheck, localUsersCheck, type PortLook, portCheck } from './checks/network.ts'
import {
  processCapabilities,
  seccompCheck,
  tracingCapabilities,
  userNamespaceCheck,
} from './checks/privileges.ts'
import { libbpfCheck, trialCheck } from './checks/tracing.ts'
import { lookForDocker } from './looks/docker.ts'
import { inodeOf, isReadable, textOf } from './looks/files.ts'
import { lookForLocalUsers } from './looks/local-users.ts'
import { lookAtConntrack, lookAtResources, lookAtState } from './looks/machine.ts'
import { lookForLibbpf, lookForTracefs, tryTracing } from './looks/tracing.ts'

/** What {@link examine} needs to know. */
export interface DoctorOptions {
  /** Environment variables such as `SCOPE_LIBBPF` and `DOCKER_HOST`. */
  readonly env: NodeJS.ProcessEnv
  readonly stateDir: string
  readonly port: number
  /** Who holds the app's port. */
  readonly portLook: PortLook
}

/**
 * Checks everything that Scope needs of this machine, and tries to trace connections. It leaves nothing behind except
 * that it mounts tracefs, as the probe would.
 *
 * @returns the checks, ordered so that each comes after those it depends on
 */
export const examine = async ({ env, stateDir, port, portLook }: DoctorOptions): Promise<Check[]> => {
  const status = textOf('/proc/self/status') ?? ''
  const mountinfo = textOf('/proc/self/mountinfo') ?? ''
  const privileges = parsePrivileges(status)
  const may = privileges.effective
  const check = (id: string, title: string, finding: Finding): Check => ({ id, title, ...finding })
  return [
    check('kernel', 'kernel', kernelCheck(release())),
    check('btf', 'type information', btfCheck(isReadable('/sys/kernel/btf/vmlinux'))),
    check('lockdown', 'kernel lockdown', lockdownCheck(textOf('/sys/kernel/security/lockdown'))),
    check('libbpf', 'libbpf', libbpfCheck(await lookForLibbpf(env), env.SCOPE_LIBBPF)),
    check('capabilities', 'capabilities', tracingCapabilities(privileges)),
    check('user-namespace', 'user namespace', userNamespaceCheck(textOf('/proc/self/uid_map') ?? '')),
    check('seccomp', 'seccomp', seccompCheck(status)),
    check('tracefs', 'tracefs', tracefsCheck(lookForTracefs(mountinfo), may.has('CAP_SYS_ADMIN'))),
    check('tracing', 'tracing, tried', trialCheck(await tryTracing(env))),
    check(
      'proc',
      'processes',
      procCheck({
        pidNamespace: inodeOf('/proc/self/ns/pid'),
        hidepid: hidepidOf(mountinfo),
        mayPtrace: may.has('CAP_SYS_PTRACE'),
      }),
    ),
    check('process-details', 'their details', processCapabilities(privileges)),
    check('cgroup', 'cgroups', cgroupCheck(cgroupLayout(mountinfo))),
    check('docker', 'Docker', dockerCheck(await lookForDocker(env), env.DOCKER_HOST)),
    check('conntrack', 'NAT', conntrackCheck(lookAtConntrack(), privileges)),
    check('dns', 'DNS answers', dnsCheck(privileges, cgroup2Mount(mountinfo))),
    check('state', 'state directory', stateCheck(await lookAtState(stateDir))),
    check('local-users', 'who connects', localUsersCheck(await lookForLocalUsers())),
    check('port', 'port', portCheck(port, portLook)),
    check('resources', 'resources', resourceCheck(lookAtResources())),
  ]
}

/** Whether connections will be traced with eBPF. Only the trial counts, because the other checks may be wrong. */
export const tracingWorks = (checks: readonly Check[]): boolean =>
  checks.some(({ id, verdict }) => id === 'tracing' && verdict !== 'fail')
