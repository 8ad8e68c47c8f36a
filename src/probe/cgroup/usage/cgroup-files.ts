import { type BlockBytes, parseBlockBytes, parseCpuNs, parseMemoryBytes } from './counters.ts'
import type { CgroupPlace, CgroupPlaces } from './places.ts'
import type { SmallFiles } from './small-files.ts'

/** The files with what the kernel counts of one container. No method throws when the container ends meanwhile. */
export interface CgroupFiles {
  /** CPU time so far, in nanoseconds; undefined when the cgroup is gone. Cheap enough to be read every second. */
  cpuNs(): number | undefined
  /** As `docker stats` shows it; undefined when the memory of the container is not counted apart. */
  memoryBytes(): number | undefined
  /** Undefined when nothing is counted. */
  blockBytes(): BlockBytes | undefined
  close(): void
}

const CPU = { 1: 'cpuacct.usage', 2: 'cpu.stat' } as const
const MEMORY = { 1: 'memory.usage_in_bytes', 2: 'memory.current' } as const
const BLOCK = { 1: 'blkio.throttle.io_service_bytes_recursive', 2: 'io.stat' } as const

/**
 * Finds the files that are there in the directories of a container.
 *
 * @param root prepended to all paths
 * @returns undefined when there is none with its CPU time
 */
export const openCgroupFiles = (
  files: SmallFiles,
  places: CgroupPlaces,
  root: string,
): CgroupFiles | undefined => {
  const memoryOf = ({ version, directory }: CgroupPlace): number | undefined => {
    const used = files.beginning(`${root}${directory}/${MEMORY[version]}`)
    const stat = used === undefined ? undefined : files.text(`${root}${directory}/memory.stat`)
    return used === undefined || stat === undefined ? undefined : parseMemoryBytes(version, used, stat)
  }
  const cpuPath = ({ version, directory }: CgroupPlace) => `${root}${directory}/${CPU[version]}`
  const blockPath = ({ version, directory }: CgroupPlace) => `${root}${directory}/${BLOCK[version]}`

  const cpu = places.cpu.find((place) => files.beginning(cpuPath(place)) !== undefined)
  if (cpu === undefined) return undefined
  const memory = places.memory.find((place) => memoryOf(place) !== undefined)
  const block = places.block.find((place) => files.text(blockPath(place)) !== undefined)
  const kept = files.keep(cpuPath(cpu))

  return {
    cpuNs() {
      const text = kept === undefined ? files.beginning(cpuPath(cpu)) : kept.beginning()
      return text === undefined ? undefined : parseCpuNs(cpu.version, text)
    },
    memoryBytes: () => memory && memoryOf(memory),
    blockBytes() {
      const text = block && files.text(blockPath(block))
      return block === undefined || text === undefined ? undefined : parseBlockBytes(block.version, text)
    },
    close: () => kept?.close(),
  }
}
