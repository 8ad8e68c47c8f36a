import { cgroupInode } from './inode.ts'
import type { CgroupMembership } from './membership.ts'
import { Memory } from './memory.ts'

/** What was read about a living process. */
export interface Sighting {
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
}

/** Finds the container of a process, even after it has exited, from what was learned of living processes. */
export interface ContainerIndex {
  /** @returns the id of the container that the process is in; its cgroup and network namespace are remembered */
  learn(sighting: Sighting): string | undefined
  /**
   * @param cgroupId inode of a cgroup v2 directory; 0 = unknown
   * @param netns inode of a network namespace; 0 = unknown
   * @returns undefined when the process is in no container, or in one of which no process was seen
   */
  find(cgroupId: number, netns: number): string | undefined
}

/** Creates an empty index. */
export const createContainerIndex = (options: ContainerIndexOptions): ContainerIndex => {
  const { cgroup2Mount, enclosing, own, hostNetns } = options
  const byCgroup = new Memory<number, string>()
  /**
   * Null: the namespace is shared by several containers, or was first seen outside of one, so that it identifies none.
   */
  const byNetns = new Memory<number, string | null>()

  const learnCgroup = (path: string, container: string): void => {
    // The inode is looked up each time: a restarted container has the same path but a new cgroup.
    const inode = cgroup2Mount === undefined ? undefined : cgroupInode(cgroup2Mount, path)
    if (inode !== undefined) byCgroup.set(inode, container)
  }

  const learnNetns = (netns: number, container: string | undefined): void => {
    if (netns === 0 || netns === hostNetns) return
    const known = byNetns.get(netns)
    if (known === undefined) byNetns.set(netns, container ?? null)
    // A process of the host may enter a container's namespace (container is undefined): the entry stays.
    else if (container !== undefined && known !== container) byNetns.set(netns, null)
  }

  return {
    learn({ membership, netns }) {
      const container =
        membership.containerIds.find((id) => !enclosing.has(id)) ??
        (membership.isBelowReader ? own : undefined)
      if (container !== undefined && membership.unifiedPath && membership.unifiedPathNamesContainer) {
        learnCgroup(membership.unifiedPath, container)
      }
      learnNetns(netns, container)
      return container
    },
    find: (cgroupId, netns) =>
      (cgroupId === 0 ? undefined : byCgroup.get(cgroupId)) ??
      (netns === 0 ? undefined : (byNetns.get(netns) ?? undefined)),
  }
}
