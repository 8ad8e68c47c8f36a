import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CgroupMount, cgroupMounts } from '../mount.ts'
import { type CgroupFiles, openCgroupFiles } from './cgroup-files.ts'
import { type NetworkBytes, parseNetworkBytes } from './counters.ts'
import { cgroupPlaces, type NoPlaces } from './places.ts'
import { createSmallFiles } from './small-files.ts'

/** Why the files of a container are not found; `gone`: there is no such process. */
export type NotFound = NoPlaces | 'gone'

/** Finds what the kernel counts of containers. */
export interface CgroupReader {
  /**
   * @param pid of the container's first process
   * @param containerId 64 hexadecimal digits
   */
  find(pid: number, containerId: string): CgroupFiles | NotFound
  /**
   * Bytes of the network namespace of a process; undefined when it has no network, or has ended.
   *
   * @param named see {@link parseNetworkBytes}
   */
  networkBytes(pid: number, named?: readonly string[]): NetworkBytes | undefined
}

/** What {@link createCgroupReader} needs. */
export interface CgroupReaderOptions {
  /** Mount point of the proc file system. */
  readonly procRoot: string
  /** A clock that never goes back. */
  readonly nowMs: () => number
  /** Prepended to the paths of mounts; by default nothing. */
  readonly fileSystemRoot?: string
  /** How many files are kept open at most. */
  readonly keptOpen?: number
}

const KEPT_OPEN = 1000
/** How often the lists of mounts are read again while a container is in none of them. */
const MOUNTS_EVERY_MS = 10_000

/** Mounts, and from where their files can be opened. */
interface MountTable {
  readonly mounts: readonly CgroupMount[]
  readonly root: string
}

/**
 * Creates a reader of the cgroups that are mounted for the probe, or for the first process of the machine.
 *
 * @example
 * const files = reader.find(4711, id)
 * if (typeof files !== 'string') files.cpuNs() // 1234567
 */
export const createCgroupReader = (options: CgroupReaderOptions): CgroupReader => {
  const { procRoot, nowMs, fileSystemRoot = '', keptOpen = KEPT_OPEN } = options
  const files = createSmallFiles(keptOpen)
  let tables: readonly MountTable[] = []
  let readAtMs: number | undefined

  const tableOf = (process: string, root: string): MountTable => {
    try {
      return { mounts: cgroupMounts(readFileSync(join(procRoot, process, 'mountinfo'), 'utf8')), root }
    } catch {
      // Those of another process may not be read without privileges.
      return { mounts: [], root }
    }
  }
  const readTables = (): void => {
    readAtMs = nowMs()
    // With v1 a container has only its own cgroups at `/sys/fs/cgroup`. With the host's pid namespace it reaches all
    // of them through the root directory of the first process.
    tables = [tableOf('self', fileSystemRoot), tableOf('1', join(procRoot, '1/root'))]
  }

  const lookIn = (membership: string, containerId: string): CgroupFiles | NoPlaces => {
    let isUnnamed = true
    for (const { mounts, root } of tables) {
      const places = cgroupPlaces(membership, containerId, mounts)
      const found = typeof places === 'string' ? undefined : openCgroupFiles(files, places, root)
      if (found !== undefined) return found
      isUnnamed &&= places === 'unnamed'
    }
    return isUnnamed ? 'unnamed' : 'unreachable'
  }

  return {
    find(pid, containerId) {
      const membership = files.text(join(procRoot, String(pid), 'cgroup'))
      if (membership === undefined) return 'gone'
      const found = lookIn(membership, containerId)
      const isNews = readAtMs === undefined || nowMs() - readAtMs >= MOUNTS_EVERY_MS
      if (typeof found !== 'string' || !isNews) return found
      readTables()
      return lookIn(membership, containerId)
    },
    networkBytes(pid, named) {
      const text = files.text(join(procRoot, String(pid), 'net/dev'))
      return text === undefined ? undefined : parseNetworkBytes(text, named)
    },
  }
}
