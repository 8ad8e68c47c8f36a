import { posix } from 'node:path'
import type { ContainerMessage } from '../daemon/messages.ts'

/** What decides whether a container has power over its host. */
export interface Powers extends Pick<ContainerMessage, 'Mounts'> {
  readonly HostConfig: Pick<
    ContainerMessage['HostConfig'],
    'Privileged' | 'CapAdd' | 'Devices' | 'DeviceCgroupRules' | 'ReadonlyPaths'
  >
  /** Of the container whose pid namespace it uses. */
  readonly pidMode: string
  /** Of the container whose network it uses. */
  readonly networkMode: string
  /**
   * Paths by which the host is commanded, besides the sockets of the usual runtimes: another socket, or a directory with secrets
   * that give power over the host.
   */
  readonly sockets: readonly string[]
}

/** Whoever can open one of them runs what he likes as root, also through a mount that is read-only. */
const SOCKETS = [
  '/var/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/podman/podman.sock',
  '/run/systemd/private',
  '/run/dbus/system_bus_socket',
]

/** Whoever can write here decides what the host runs as root. */
const PLACES = [
  ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib64', '/proc', '/root', '/sbin', '/sys', '/usr'],
  ...['/usr/bin', '/usr/lib', '/usr/local/bin', '/usr/sbin', '/root/.ssh'],
  ...['/etc/cron.d', '/etc/ld.so.preload', '/etc/passwd', '/etc/shadow', '/etc/sudoers', '/etc/sudoers.d'],
  ...['/etc/systemd', '/etc/systemd/system', '/var/lib/containerd', '/var/lib/docker', '/var/spool/cron'],
  ...['/home', '/var/lib/docker/containers', '/var/lib/docker/overlay2', '/var/lib/kubelet'],
]

/** Whoever can write anything below one of these decides it, too. */
const TREES = [
  ...['/bin', '/boot', '/lib', '/lib64', '/proc', '/sbin', '/root/.ssh', '/var/spool/cron'],
  ...['bin', 'lib', 'lib64', 'libexec', 'sbin', 'local/bin', 'local/lib', 'local/sbin'].map(
    (name) => `/usr/${name}`,
  ),
  ...[
    ...['cron.d', 'cron.daily', 'cron.hourly', 'cron.monthly', 'cron.weekly', 'crontab', 'init.d'],
    ...['kubernetes/manifests', 'ld.so.conf.d', 'modprobe.d', 'pam.d', 'profile.d', 'ssh', 'sudoers.d'],
    ...['systemd', 'udev'],
  ].map((name) => `/etc/${name}`),
]

/** With these the kernel lets a process out of its container: by mounts, modules, memory, file handles or tracing. */
const CAPABILITIES = ['ALL', 'BPF', 'DAC_READ_SEARCH', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_MODULE', 'SYS_RAWIO']

/** Devices that are memory, or a disk with the host's files. */
const DEVICE =
  /^\/dev(?:\/(?:mem|kmem|port|mapper(?:\/.*)?|disk(?:\/.*)?|(?:sd|hd|vd|xvd|nvme\d|mmcblk|dm-|md|loop|nbd|zd).*))?$/

/** `/var/run` is a link to `/run` on all systems with a container runtime. */
const canonical = (path: string): string =>
  posix
    .normalize(path)
    .replace(/^\/var\/run(?=\/|$)/, '/run')
    .replace(/(.)\/$/, '$1')

const holds = (directory: string, path: string): boolean =>
  directory === '/' || path === directory || path.startsWith(`${directory}/`)

const mountReason = (
  { Type, Source, RW }: ContainerMessage['Mounts'][number],
  sockets: readonly string[],
): string | undefined => {
  if (Type === 'volume' || Type === 'tmpfs' || Source === '') return undefined
  const source = canonical(Source)
  const socket = sockets.find((path) => holds(source, path))
  if (socket !== undefined) return `it mounts ${Source}${source === socket ? '' : `, which has ${socket}`}`
  return RW && (PLACES.some((place) => holds(source, place)) || TREES.some((tree) => holds(tree, source)))
    ? `it can write to ${Source} of the host`
    : undefined
}

/** As with `--security-opt systempaths=unconfined`: what is in `/proc/sys/kernel/core_pattern` the kernel runs as root of the host. */
const mayWriteSettings = ({ Privileged, ReadonlyPaths }: Powers['HostConfig']): boolean =>
  !Privileged && ReadonlyPaths != null && !ReadonlyPaths.some((path) => holds(canonical(path), '/proc/sys'))

/**
 * Why somebody who can run programs in a container has power over its host: one reason each, in words. Empty for a
 * container that is kept in by what Docker gives it unless told otherwise. It says nothing of faults of the kernel or the
 * runtime, and does not see where a volume of a driver really lies.
 *
 * @example reachesHost({ …, pidMode: 'host' }) // ["it is in the host's pid namespace"]
 */
export const reachesHost = ({ HostConfig, Mounts, pidMode, networkMode, sockets }: Powers): string[] => {
  const all = [...SOCKETS, ...sockets].map(canonical)
  const capabilities = HostConfig.CapAdd.map((name) => name.toUpperCase().replace(/^CAP_/, ''))
  const reasons = [
    HostConfig.Privileged && 'it is privileged',
    pidMode === 'host' && "it is in the host's pid namespace",
    mayWriteSettings(HostConfig) && 'it can change settings of the kernel in /proc/sys',
    ...capabilities.map((name) => CAPABILITIES.includes(name) && `it has the capability ${name}`),
    networkMode === 'host' &&
      capabilities.includes('NET_ADMIN') &&
      "it has the capability NET_ADMIN in the host's network",
    ...HostConfig.Devices.map(
      ({ PathOnHost }) => DEVICE.test(PathOnHost) && `it has the device ${PathOnHost}`,
    ),
    ...HostConfig.DeviceCgroupRules.map((rule) => /^[ab]\b/.test(rule) && `it has the devices ${rule}`),
    ...Mounts.map((mount) => mountReason(mount, all)),
  ]
  return [...new Set(reasons.filter((reason) => typeof reason === 'string'))]
}
