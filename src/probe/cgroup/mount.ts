const withoutEscapes = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** A mounted hierarchy of control groups. */
export interface CgroupMount {
  readonly version: 1 | 2
  /** What it has of v1: `['cpu', 'cpuacct']`, `['name=systemd']`, among other options; empty for v2. */
  readonly controllers: readonly string[]
  /** The cgroup that is at the mount point, as seen from the reader's cgroup namespace; `/` = the topmost. */
  readonly root: string
  readonly path: string
}

const mountOf = (line: string): CgroupMount | undefined => {
  // `36 35 98:0 /root /mount/point options [optional fields] - type source options`
  const [mount = '', fileSystem = ''] = line.split(' - ', 2)
  const [, , , root, path] = mount.split(' ')
  const [type, , options = ''] = fileSystem.split(' ')
  if (root === undefined || path === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return undefined
  const version = type === 'cgroup2' ? 2 : 1
  return {
    version,
    controllers: version === 2 ? [] : options.split(','),
    root: withoutEscapes(root),
    path: withoutEscapes(path),
  }
}

/**
 * The mounted cgroup hierarchies, in the order of the list. One may be hidden by another file system that was mounted
 * over it later.
 *
 * @param mountinfo text of `/proc/PID/mountinfo`
 */
export const cgroupMounts = (mountinfo: string): CgroupMount[] =>
  mountinfo.split('\n').flatMap((line) => mountOf(line) ?? [])

/**
 * Where the cgroup v2 hierarchy is mounted, also beside v1 (hybrid).
 *
 * @param mountinfo text of `/proc/self/mountinfo`
 * @returns undefined when it is not mounted
 */
export const cgroup2Mount = (mountinfo: string): string | undefined =>
  cgroupMounts(mountinfo).find(({ version }) => version === 2)?.path
