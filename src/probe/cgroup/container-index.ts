import { cgroupInode } from './inode.ts'
import type { CgroupMembership } from './membership.ts'
import { Memory } from './memory.ts'

/** What was seen of a living process. */
export interface Sighting {
  readonly membership: CgroupMembership
  /** Inode of its network namespace; 0 = unknown. */
  readonly netns: number
}

/** What {@link createContainerIndex} needs. */
export interface ContainerIndexOptions {
  /** Where cgroup v2 is mounted; undefined when it is not. */
  readonly cgroup2Mount: string | undefined
  /** Containers that the whole machine is inside of (those of its pid 1): they tell nothing apart. */
  readonly enclosing: ReadonlySet<string>
  /** Inode of the host's network namespace, which containers may share; 0 = unknown. */
  readonly hostNetns: number
}

/** Finds the container of a process, also of one that is gone, from what living ones taught. */
export interface ContainerIndex {
  /** @returns the id of the container that the process is in, and remembers its cgroup and network namespace */
  learn(sighting: Sighting): string | undefined
  /**
   * @param cgroupId inode of a cgroup v2 directory; 0 = unknown
   * @param netns inode of a network namespace; 0 = unknown
   * @returns undefined for a process of no container, or of one that was never seen
   */
  find(cgroupId: number, netns: number): string | undefined
}

/** An index that has learned nothing yet. */
export const createContainerIndex = (options: ContainerIndexOptions): ContainerIndex => {
  const { cgroup2Mount, enclosing, hostNetns } = options
  const byPath = new Memory<string, string>()
  const byCgroup = new Memory<number, string>()
  /** Null: shared by several containers, or first seen without one, so that it names none. */
  const byNetns = new Memory<number, string | null>()

  const learnCgroup = (path: string, container: string): void => {
    if (cgroup2Mount === undefined || byPath.get(path) === container) return
    const inode = cgroupInode(cgroup2Mount, path)
    if (inode === undefined) return
    byPath.set(path, container)
    byCgroup.set(inode, container)
  }

  const learnNetns = (netns: number, container: string | undefined): void => {
    if (netns === 0 || netns === hostNetns) return
    const known = byNetns.get(netns)
    if (known === undefined) byNetns.set(netns, container ?? null)
    // A tool of the host that entered a container's namespace does not make it the host's.
    else if (container !== undefined && known !== container) byNetns.set(netns, null)
  }

  return {
    learn({ membership, netns }) {
      const container = membership.containerIds.find((id) => !enclosing.has(id))
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
