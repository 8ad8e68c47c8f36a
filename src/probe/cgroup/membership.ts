/** What `/proc/PID/cgroup` shows about a process. */
export interface CgroupMembership {
  /** Full 64-digit ids of the containers that the process is in, outermost first. */
  readonly containerIds: readonly string[]
  /**
   * The systemd unit, such as `nginx.service`. For a process in a container, it is a unit of the container's own
   * systemd.
   */
  readonly systemdUnit?: string
  /**
   * The innermost slice of the host's systemd, such as `system.slice`. For a process in a container, it is the slice of
   * the container.
   */
  readonly systemdSlice?: string
  /** The process's path in the cgroup v2 hierarchy; absent on pure v1. */
  readonly unifiedPath?: string
  /** True when the cgroup v2 path contains a container id, so that its inode identifies the container. */
  readonly unifiedPathNamesContainer: boolean
  /** True when all paths are below the root of the reader's cgroup namespace. */
  readonly isBelowReader: boolean
}

/** A line of `/proc/PID/cgroup`: where the process is in one hierarchy. */
export interface CgroupLine {
  /** `0` for v2. */
  readonly hierarchy: string
  /** `cpu,cpuacct`, `name=systemd`; empty for v2. */
  readonly controllers: string
  /** From the root of the reader's cgroup namespace; begins with `/..` outside of it. */
  readonly path: string
}

// Docker, containerd and Kubernetes use the bare id with the cgroupfs driver, and `<runtime>-<id>.scope` with the
// systemd driver. containerd uses `<slice>:<runtime>:<id>` when it gets a systemd path without the systemd driver.
// podman uses `libpod-<id>[.scope]`.
const CONTAINER =
  /^(?:(?<runtime>[a-z][a-z0-9-]*)-|[^/]*:(?<prefix>[^/:]*):)?(?<id>[0-9a-f]{64})(?:\.scope)?$/

const UNIT = /^[A-Za-z0-9:_.\\@-]+\.(?:service|scope)$/
const SLICE = /^[A-Za-z0-9:_.\\@-]+\.slice$/
const USER_MANAGER = /^user@\d+\.service$/

/** The id of the container whose cgroup has this name (one segment of a path); undefined when it is not one of a container. */
export const containerOf = (segment: string): string | undefined => {
  const groups = CONTAINER.exec(segment)?.groups
  // conmon supervises a container of podman or CRI-O from outside.
  return groups?.runtime?.endsWith('conmon') ? undefined : groups?.id
}

/** The lines of `/proc/PID/cgroup`. */
export const cgroupLines = (text: string): CgroupLine[] =>
  text.split('\n').flatMap((line) => {
    const [, hierarchy, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    if (hierarchy === undefined || controllers === undefined || path === undefined) return []
    return [{ hierarchy, controllers, path: path.replace(/ \(deleted\)$/, '') }]
  })

const unitAmong = (segments: readonly string[]): { unit: string; rest: readonly string[] } | undefined => {
  const at = segments.findIndex((segment) => !segment.endsWith('.slice'))
  const unit = segments[at]
  return unit !== undefined && UNIT.test(unit) ? { unit, rest: segments.slice(at + 1) } : undefined
}

// Within a cgroup namespace, paths outside of it begin with `..`.
const segmentsOf = (path: string): string[] =>
  path.split('/').filter((segment) => segment !== '' && segment !== '..')

const systemdSlice = (path: string): string | undefined => {
  const segments = segmentsOf(path)
  const end = segments.findIndex((segment) => !segment.endsWith('.slice'))
  const slice = segments.slice(0, end < 0 ? undefined : end).at(-1)
  return slice !== undefined && SLICE.test(slice) ? slice : undefined
}

const systemdUnit = (path: string): string | undefined => {
  const segments = segmentsOf(path)
  const inner = segments.slice(segments.findLastIndex((segment) => containerOf(segment) !== undefined) + 1)
  const found = unitAmong(inner)
  if (found === undefined || !USER_MANAGER.test(found.unit)) return found?.unit
  // Below a user's systemd manager, its own units are more specific, except for the manager's own `init.scope`.
  const own = unitAmong(found.rest)?.unit
  return own === undefined || own === 'init.scope' ? found.unit : own
}

const containersOf = (path: string): string[] =>
  path.split('/').flatMap((segment) => containerOf(segment) ?? [])

/**
 * Reads the text of `/proc/PID/cgroup` for v1, hybrid and v2 hierarchies. Knows the layouts of Docker, containerd,
 * Kubernetes, podman and CRI-O.
 */
export const parseMembership = (text: string): CgroupMembership => {
  const lines = cgroupLines(text)
  const unified = lines.find((line) => line.hierarchy === '0' && line.controllers === '')
  const systemd = lines.find((line) => line.controllers === 'name=systemd')
  const inOrder = [unified, systemd, ...lines].filter((line) => line !== undefined)

  const containerIds = inOrder.map((line) => containersOf(line.path)).find((ids) => ids.length > 0) ?? []
  // On a hybrid system, systemd maintains both hierarchies. Other managers may use only one of them, and their
  // processes are at the root of the other.
  const managed = [systemd, unified].flatMap((line) => line?.path ?? [])
  const unit = managed.map(systemdUnit).find((found) => found !== undefined)
  const slice = managed.map(systemdSlice).find((found) => found !== undefined)
  return {
    containerIds,
    ...(unit !== undefined && { systemdUnit: unit }),
    ...(slice !== undefined && { systemdSlice: slice }),
    ...(unified !== undefined && { unifiedPath: unified.path }),
    unifiedPathNamesContainer:
      unified !== undefined && containerIds.length > 0 && containersOf(unified.path).length > 0,
    isBelowReader: lines.length > 0 && lines.every(({ path }) => !path.startsWith('/..')),
  }
}
