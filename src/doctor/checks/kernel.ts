import { type Finding, fail, note, ok, warn } from '../check.ts'

const SUPPORTED = [5, 15] as const
/** Older kernels lack eBPF iterators, which are needed to find sockets that are already open. */
const OLDEST = [5, 8] as const

const isBefore = (version: readonly [number, number], other: readonly [number, number]): boolean =>
  version[0] < other[0] || (version[0] === other[0] && version[1] < other[1])

/** @param release `uname -r` */
export const kernelCheck = (release: string): Finding => {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? []
  if (major === undefined || minor === undefined)
    return warn(`Linux ${release}: its version is not understood`, 'Linux 5.15 or newer is needed for eBPF')
  const version = [Number(major), Number(minor)] as const
  if (isBefore(version, OLDEST))
    return fail(`Linux ${release} is too old`, 'eBPF tracing needs Linux 5.15 or newer')
  if (isBefore(version, SUPPORTED))
    return warn(`Linux ${release}`, 'eBPF may work, but is only promised from Linux 5.15 on')
  return ok(`Linux ${release}`)
}

/** @param readable whether `/sys/kernel/btf/vmlinux` can be read */
export const btfCheck = (readable: boolean): Finding =>
  readable
    ? ok('/sys/kernel/btf/vmlinux')
    : fail(
        'no /sys/kernel/btf/vmlinux',
        'boot a kernel with CONFIG_DEBUG_INFO_BTF=y (those of current distributions have it); in a container mount /sys',
      )

/** @param text of `/sys/kernel/security/lockdown`; undefined when there is none */
export const lockdownCheck = (text: string | undefined): Finding => {
  const mode = /\[(\w+)\]/.exec(text ?? '')?.[1] ?? 'none'
  return mode === 'confidentiality'
    ? fail(
        'the kernel is locked down for confidentiality, which forbids tracing',
        'boot without lockdown=confidentiality',
      )
    : ok(mode === 'none' ? 'none' : `${mode}, which allows tracing`)
}

/** Whether the system-call tracepoints can be used. */
export interface TracefsLook {
  readonly mounted: boolean
  /** Whether the tracepoints' ids can be read. */
  readonly readable: boolean
}

/** @param mayMount whether the probe could mount it */
export const tracefsCheck = ({ mounted, readable }: TracefsLook, mayMount: boolean): Finding => {
  if (readable) return ok('mounted')
  const missing = 'accept() and connections without a route are not seen'
  if (mounted)
    return warn(`mounted, but may not be read: ${missing}`, 'run as root or with CAP_DAC_READ_SEARCH')
  if (mayMount) return note('not mounted; the probe mounts it')
  return warn(
    `not mounted: ${missing}`,
    'as root: mount -t tracefs tracefs /sys/kernel/tracing (in a container, mount that directory of the host)',
  )
}
