import { cgroupInode } from './inode.ts'
import type { CgroupMembership } from './membership.ts'
import { Memory } from './memory.ts'
import { NamespaceContainers, type Tenancy } from './namespace-containers.ts'

/** What was read about a living process. */
export interface Sighting {
  readonly pid: number
  readonly membership: CgroupMembership
  /** Inode of its network namespace; 0 = unknown. */
  readonly netns: number
}

/** What {@link createContainerIndex} needs. */
export interface ContainerIndexOptions {
  /** Where cgroup v2 is mounted; undefined when it is not. */
  readonly cgroup2Mount: string | undefined
  /**
   * Containers that the whole machine runs in (those of its pid 1). They do not distinguish processes and are ignored.
   */
  readonly enclosing: ReadonlySet<string>
  /**
   * The container that this process is in, when that has a cgroup namespace of its own: in what `/proc` shows there, its processes are at
   * the root, and not in a container.
   */
  readonly own?: string | undefined
  /** Inode of the host's network namespace, which containers may share; 0 = unknown. */
  readonly hostNetns: number
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

/** Finds the container of a process, even after it has exited, from what was learned of living processes. */
export interface ContainerIndex {
  /**
   * @returns the id of the container that the process is in; its cgroup is remembered, and its network namespace while the process
   *   is in it
   */
  learn(sighting: Sighting): string | undefined
  /** Call when the process that had this pid has ended: the kernel may soon give the inode of its network namespace to another. */
  ended(pid: number): void
  /**
   * @param cgroupId inode of a cgroup v2 directory; 0 = unknown
   * @param netns inode of a network namespace; 0 = unknown
   * @returns undefined when the process is in no container, or in one of which no process was seen
   */
  find(cgroupId: number, netns: number): string | undefined
  /** @returns the same for as long as processes are in a network namespace; undefined when none is, and for that of the host */
  tenancyOf(netns: number): Tenancy | undefined
}

/** Creates an empty index. */
export const createContainerIndex = (options: ContainerIndexOptions): ContainerIndex => {
  const { cgroup2Mount, enclosing, own, hostNetns, nowMs } = options
  const byCgroup = new Memory<number, string>()
  const namespaces = new NamespaceContainers(nowMs)

  const learnCgroup = (path: string, container: string): void => {
    // The inode is looked up each time: a restarted container has the same path but a new cgroup.
    const inode = cgroup2Mount === undefined ? undefined : cgroupInode(cgroup2Mount, path)
    if (inode !== undefined) byCgroup.set(inode, container)
  }

  return {
    learn({ pid, membership, netns }) {
      const container =
        membership.containerIds.find((id) => !enclosing.has(id)) ??
        (membership.isBelowReader ? own : undefined)
      if (container !== undefined && membership.unifiedPath && membership.unifiedPathNamesContainer) {
        learnCgroup(membership.unifiedPath, container)
      }
      if (netns === 0 || netns === hostNetns) namespaces.leave(pid)
      else namespaces.enter(pid, netns, container)
      return container
    },
    ended: (pid) => namespaces.leave(pid),
    find: (cgroupId, netns) =>
      (cgroupId === 0 ? undefined : byCgroup.get(cgroupId)) ??
      (netns === 0 ? undefined : namespaces.find(netns)),
    tenancyOf: (netns) => namespaces.tenancyOf(netns),
  }
}
