import { cgroupInode } from './inode.ts'
import type { CgroupMembership } from './membership.ts'
import { Memory } from './memory.ts'

/** The systemd unit and slice of a process. */
export type UnitMembership = Pick<CgroupMembership, 'systemdUnit' | 'systemdSlice'>

/** Finds the unit of a process that has exited, from what was learned of living processes in its cgroup. */
export interface UnitIndex {
  learn(membership: CgroupMembership): void
  /**
   * @param cgroupId inode of a cgroup v2 directory; 0 = unknown
   * @returns undefined when the process is in no unit, or in one of which no process was seen
   */
  find(cgroupId: number): UnitMembership | undefined
}

/** Creates an empty index. @param cgroup2Mount where cgroup v2 is mounted; undefined when it is not */
export const createUnitIndex = (cgroup2Mount: string | undefined): UnitIndex => {
  /** Null: the cgroup also contains processes of containers, which belong to no unit of the host. */
  const byCgroup = new Memory<number, UnitMembership | null>()

  const remember = (path: string, known: UnitMembership | null): void => {
    // The inode is looked up each time: a restarted unit has the same path but a new cgroup.
    const inode = cgroup2Mount === undefined ? undefined : cgroupInode(cgroup2Mount, path)
    if (inode !== undefined && byCgroup.get(inode) !== null) byCgroup.set(inode, known)
  }

  return {
    learn({ containerIds, systemdUnit, systemdSlice, unifiedPath, unifiedPathNamesContainer }) {
      if (unifiedPath === undefined) return
      if (containerIds.length > 0) {
        if (!unifiedPathNamesContainer) remember(unifiedPath, null)
        return
      }
      // On a hybrid system the unit may be known from v1 while all processes are at the root of v2.
      if (systemdUnit === undefined || !unifiedPath.split('/').includes(systemdUnit)) return
      remember(unifiedPath, { systemdUnit, ...(systemdSlice !== undefined && { systemdSlice }) })
    },
    find: (cgroupId) => (cgroupId === 0 ? undefined : (byCgroup.get(cgroupId) ?? undefined)),
  }
}
