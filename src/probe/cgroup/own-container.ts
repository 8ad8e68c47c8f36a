import type { CgroupMembership } from './membership.ts'

/**
 * The container of Docker that this process is in, by the files that Docker mounts there.
 *
 * @param mountinfo text of `/proc/self/mountinfo`
 * @returns its full id; undefined when the process is in none
 */
export const ownContainer = (mountinfo: string): string | undefined => {
  for (const line of mountinfo.split('\n')) {
    // `36 35 98:0 /root /mount/point options …`; the root is the path within the file system of the machine.
    const [, , , root = '', mountPoint = ''] = line.split(' ')
    if (!/^\/etc\/(?:hostname|hosts|resolv\.conf)$/.test(mountPoint)) continue
    const id = /\/containers\/([0-9a-f]{64})\/[^/]+$/.exec(root)?.[1]
    if (id !== undefined) return id
  }
  return undefined
}

/**
 * {@link ownContainer}, where this process sees the machine's processes, but has a cgroup namespace of its own.
 *
 * @param self cgroups of this process
 * @param first those of process 1
 */
export const ownContainerApart = (
  mountinfo: string,
  self: CgroupMembership,
  first: CgroupMembership,
): string | undefined =>
  self.isBelowReader && self.containerIds.length === 0 && !first.isBelowReader
    ? ownContainer(mountinfo)
    : undefined
