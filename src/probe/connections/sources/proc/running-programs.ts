import { createProcessReader, type ProcessReader } from '../../../process/reader.ts'
import { isKernelThread, isZombie } from '../../../process/stat.ts'
import type { SocketOwner } from './socket-owners.ts'

/** A process that runs a program. */
export interface RunningProgram extends SocketOwner {
  readonly ppid: number
  readonly comm: string
  /** Inode of its network namespace; 0 = unknown. */
  readonly netns: number
}

/**
 * How many times the namespace of a process is read before it is taken as final: a process may enter another namespace
 * than its parent's soon after it starts.
 */
const NETNS_READINGS = 10

/** The processes that can hold a socket. Kernel threads and zombies cannot. */
export class RunningPrograms {
  readonly #reader: ProcessReader
  readonly #netnsOfProcess = new Map<string, { netns: number; readings: number }>()

  constructor(procRoot: string) {
    this.#reader = createProcessReader(procRoot)
  }

  /** @returns all processes that run now */
  read(): RunningProgram[] {
    const programs: RunningProgram[] = []
    const seen = new Set<string>()
    for (const pid of this.#reader.pids()) {
      const stat = this.#reader.stat(pid)
      if (!stat || isKernelThread(stat) || isZombie(stat)) continue
      const { startTicks, ppid, comm } = stat
      const identity = `${pid}:${startTicks}`
      seen.add(identity)
      programs.push({ pid, startTicks, ppid, comm, netns: this.#netns(pid, identity) })
    }
    for (const identity of this.#netnsOfProcess.keys())
      if (!seen.has(identity)) this.#netnsOfProcess.delete(identity)
    return programs
  }

  #netns(pid: number, identity: string): number {
    const known = this.#netnsOfProcess.get(identity)
    if (known && known.readings >= NETNS_READINGS) return known.netns
    const netns = this.#reader.netns(pid) ?? known?.netns ?? 0
    this.#netnsOfProcess.set(identity, { netns, readings: (known?.readings ?? 0) + 1 })
    return netns
  }
}

/**
 * Age difference to the newest process, in ticks, below which a process counts as young. Older ones have most likely
 * opened already the sockets that they open at their start.
 */
const YOUNG_TICKS = 3000

/**
 * Sorts processes by how likely they hold a new socket: young ones first, then those with the most sockets, then the
 * newest.
 *
 * @param sockets how many sockets each process is known to hold, by pid
 */
export const likeliestFirst = (
  programs: readonly RunningProgram[],
  sockets: ReadonlyMap<number, number>,
): RunningProgram[] => {
  const newestTicks = programs.reduce((newest, { startTicks }) => Math.max(newest, startTicks), 0)
  const isYoung = ({ startTicks }: RunningProgram): boolean => newestTicks - startTicks < YOUNG_TICKS
  const held = ({ pid }: RunningProgram): number => sockets.get(pid) ?? 0
  return programs.toSorted(
    (a, b) => Number(isYoung(b)) - Number(isYoung(a)) || held(b) - held(a) || b.startTicks - a.startTicks,
  )
}
