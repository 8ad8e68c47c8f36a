import { cgroupInode } from './inode.ts'
import type { CgroupMembership } from './membership.ts'
import { Memory } from './memory.ts'

/** What systemd has a process in. */
export type UnitMembership = Pick<CgroupMembership, 'systemdUnit' | 'systemdSlice'>

/** Finds the unit of a process that is gone, from what living ones in its cgroup taught. */
export interface UnitIndex {
  learn(membership: CgroupMembership): void
  /**
   * @param cgroupId inode of a cgroup v2 directory; 0 = unknown
   * @returns undefined for a process of no unit, or of one of which no process was seen
   */
  find(cgroupId: number): UnitMembership | undefined
}

/** An index that has learned nothing yet. @param cgroup2Mount where cgroup v2 is mounted; undefined when it is not */
export const createUnitIndex = (cgroup2Mount: string | undefined): UnitIndex => {
  /** Null: processes of containers are in it, too, which belong to no unit of the host. */
  const byCgroup = new Memory<number, UnitMembership | null>()

  const remember = (path: string, known: UnitMembership | null): void => {
    // Looked up each time: a unit that starts anew has the path it had, and another cgroup.
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
      // Beside v1 the unit may be known from there, while all processes are at the root of v2.
      if (systemdUnit === undefined || !unifiedPath.split('/').includes(systemdUnit)) return
      remember(unifiedPath, { systemdUnit, ...(systemdSlice !== undefined && { systemdSlice }) })
    },
    find: (cgroupId) => (cgroupId === 0 ? undefined : (byCgroup.get(cgroupId) ?? undefined)),
  }
}
