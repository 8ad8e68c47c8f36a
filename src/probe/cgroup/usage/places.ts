import { type CgroupLine, cgroupLines, containerOf } from '../membership.ts'
import type { CgroupMount } from '../mount.ts'

/** A cgroup directory that may have the figures of a container. */
export interface CgroupPlace {
  readonly version: 1 | 2
  readonly directory: string
}

/** What is counted in different hierarchies of v1. */
export type Counted = 'cpu' | 'memory' | 'block'

/** The directories to look in for the figures of a container, the best first. */
export type CgroupPlaces = Readonly<Record<Counted, readonly CgroupPlace[]>>

/** Why there are none: no cgroup of its process is the container's own, or no mount shows it. */
export type NoPlaces = 'unnamed' | 'unreachable'

const CONTROLLER_V1: Readonly<Record<Counted, string>> = { cpu: 'cpuacct', memory: 'memory', block: 'blkio' }

/**
 * The container's own cgroup. Its first process may be in one below it, as that of systemd is in `init.scope`, and
 * containers of a Docker within it are below it, too.
 */
const ownPath = (path: string, containerId: string): string | undefined => {
  const segments = path.split('/')
  const at = segments.findIndex((segment) => containerOf(segment) === containerId)
  return at < 0 ? undefined : segments.slice(0, at + 1).join('/')
}

/** The path of a cgroup below what is mounted; both are told from the reader's cgroup namespace. */
const below = (root: string, path: string): string | undefined => {
  if (root === '/') return path.startsWith('/..') ? undefined : path
  return path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : undefined
}

const isOf = (line: CgroupLine, mount: CgroupMount, counted: Counted): boolean => {
  if (line.hierarchy === '0') return mount.version === 2
  const controller = CONTROLLER_V1[counted]
  return (
    mount.version === 1 &&
    mount.controllers.includes(controller) &&
    line.controllers.split(',').includes(controller)
  )
}

/**
 * Where the figures of a container are, by the cgroups of its first process. Never a cgroup that others share: without
 * controllers of its own, a container's processes may be at the root of a hierarchy of v1, whose figures are those of
 * the machine.
 *
 * @param membership text of `/proc/PID/cgroup`
 * @param mounts those of the reader, or of a process whose files it can open
 */
export const cgroupPlaces = (
  membership: string,
  containerId: string,
  mounts: readonly CgroupMount[],
): CgroupPlaces | NoPlaces => {
  const lines = cgroupLines(membership).flatMap((line) => {
    const path = ownPath(line.path, containerId)
    return path === undefined ? [] : [{ ...line, path }]
  })
  if (lines.length === 0) return 'unnamed'
  // v1 first: where a controller is of v1, a cgroup of v2 does not count it.
  const inOrder = lines.toSorted((a, b) => Number(a.hierarchy === '0') - Number(b.hierarchy === '0'))
  const placesFor = (counted: Counted): CgroupPlace[] =>
    inOrder.flatMap((line) =>
      mounts.flatMap((mount) => {
        const path = isOf(line, mount, counted) ? below(mount.root, line.path) : undefined
        return path === undefined
          ? []
          : [{ version: mount.version, directory: `${mount.path.replace(/\/$/, '')}${path}` }]
      }),
    )
  const places = { cpu: placesFor('cpu'), memory: placesFor('memory'), block: placesFor('block') }
  return places.cpu.length === 0 ? 'unreachable' : places
}
