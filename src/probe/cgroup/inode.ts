import { statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The inode of a cgroup v2 directory, which is the id that kernel events use.
 *
 * @param mount where cgroup v2 is mounted
 * @param path of the cgroup as `/proc/PID/cgroup` has it
 * @returns undefined when the cgroup is gone, or outside of the probe's cgroup namespace
 */
export const cgroupInode = (mount: string, path: string): number | undefined => {
  if (path.startsWith('/../')) return undefined
  try {
    return statSync(join(mount, path)).ino
  } catch {
    // The cgroup is gone, or in another cgroup namespace.
    return undefined
  }
}
