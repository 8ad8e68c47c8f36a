/** What the text of `/proc/PID/cgroup` says of a process. */
export interface CgroupMembership {
  /** Full 64-digit ids of the containers that the process is in, outermost first. */
  readonly containerIds: readonly string[]
  /** Unit of systemd (the container's own systemd when it is in one), such as `nginx.service`. */
  readonly systemdUnit?: string
  /** Slice of the host's systemd, the innermost, such as `system.slice`; of what is in a container, that of the container. */
  readonly systemdSlice?: string
  /** The process's path in the cgroup v2 hierarchy; absent on pure v1. */
  readonly unifiedPath?: string
  /** The cgroup v2 path itself names the innermost container, so that its inode stands for that container. */
  readonly unifiedPathNamesContainer: boolean
}

interface Line {
  readonly hierarchy: string
  readonly controllers: string
  readonly path: string
}

// Docker, containerd and Kubernetes over cgroupfs use the bare id; over systemd `<runtime>-<id>.scope`; containerd that
// was given a systemd path without the systemd driver `<slice>:<runtime>:<id>`; podman `libpod-<id>[.scope]`.
const CONTAINER =
  /^(?:(?<runtime>[a-z][a-z0-9-]*)-|[^/]*:(?<prefix>[^/:]*):)?(?<id>[0-9a-f]{64})(?:\.scope)?$/

const UNIT = /^[A-Za-z0-9:_.\\@-]+\.(?:service|scope)$/
const SLICE = /^[A-Za-z0-9:_.\\@-]+\.slice$/
const USER_MANAGER = /^user@\d+\.service$/

const containerOf = (segment: string): string | undefined => {
  const groups = CONTAINER.exec(segment)?.groups
  // conmon watches over a container of podman or CRI-O from outside.
  return groups?.runtime?.endsWith('conmon') ? undefined : groups?.id
}

const linesOf = (text: string): Line[] =>
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

// Seen from within a cgroup namespace, what is outside of it begins with `..`.
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
  // Below a user's manager its own units tell more, unless it is the manager itself.
  const own = unitAmong(found.rest)?.unit
  return own === undefined || own === 'init.scope' ? found.unit : own
}

const containersOf = (path: string): string[] =>
  path.split('/').flatMap((segment) => containerOf(segment) ?? [])

/**
 * Reads the text of `/proc/PID/cgroup`, of v1, hybrid and v2 hierarchies, as the runtimes Docker, containerd,
 * Kubernetes, podman and CRI-O lay them out.
 */
export const parseMembership = (text: string): CgroupMembership => {
  const lines = linesOf(text)
  const unified = lines.find((line) => line.hierarchy === '0' && line.controllers === '')
  const systemd = lines.find((line) => line.controllers === 'name=systemd')
  const inOrder = [unified, systemd, ...lines].filter((line) => line !== undefined)

  const containerIds = inOrder.map((line) => containersOf(line.path)).find((ids) => ids.length > 0) ?? []
  // On a hybrid system systemd keeps both, but what other managers leave out of one of them is at its root there.
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
  }
}
