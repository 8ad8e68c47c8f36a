import { statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The inode of a cgroup v2 directory, by which the kernel names it.
 *
 * @param mount where cgroup v2 is mounted
 * @param path of the cgroup as `/proc/PID/cgroup` has it
 * @returns undefined for one that is gone, or outside of the probe's cgroup namespace
 */
export const cgroupInode = (mount: string, path: string): number | undefined => {
  if (path.startsWith('/../')) return undefined
  try {
    return statSync(join(mount, path)).ino
  } catch {
    // Gone already, or below another cgroup namespace: not to be found here in either case.
    return undefined
  }
}
