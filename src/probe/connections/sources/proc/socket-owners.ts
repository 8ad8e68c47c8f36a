import { readdirSync, readlinkSync } from 'node:fs'

const SOCKET_LINK = /^socket:\[(\d+)\]$/

/** The process that holds a socket. */
export interface SocketOwner {
  readonly pid: number
  readonly startTicks: number
}

/** The outcome of a search. */
export interface Search {
  /** Processes whose descriptors may not be read. */
  readonly denied: number
  /** True when the search was not cut short by the budget. */
  readonly complete: boolean
}

/**
 * Finds the process that holds each socket, by the links in `/proc/PID/fd`. That is expensive (about 40 µs per
 * process), so it is done only for sockets not yet known, with the most likely processes first, and within a time
 * budget. A search that is cut short continues from there the next time.
 */
export class SocketOwners {
  readonly #procRoot: string
  readonly #owners = new Map<number, SocketOwner>()
  #next = 0

  constructor(procRoot: string) {
    this.#procRoot = procRoot
  }

  ownerOf(inode: number): SocketOwner | undefined {
    return this.#owners.get(inode)
  }

  /** How many sockets each process is known to hold, by pid. */
  countByPid(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const { pid } of this.#owners.values()) counts.set(pid, (counts.get(pid) ?? 0) + 1)
    return counts
  }

  /** Forgets all sockets but these. */
  retain(inodes: ReadonlySet<number>): void {
    for (const inode of this.#owners.keys()) if (!inodes.has(inode)) this.#owners.delete(inode)
  }

  forget(inode: number): void {
    this.#owners.delete(inode)
  }

  /**
   * For sockets shared by a parent and its workers, makes the parent the owner. When the parent has ended, the worker
   * that started first becomes the owner.
   *
   * @param inodes of sockets whose owners were just found
   * @param programs all that run
   */
  preferParents(
    inodes: readonly number[],
    programs: readonly (SocketOwner & { readonly ppid: number; readonly comm: string })[],
  ): void {
    if (inodes.length === 0) return
    const byPid = new Map(programs.map((program) => [program.pid, program]))
    const held = new Map<number, ReadonlySet<number>>()
    const holds = (pid: number, inode: number): boolean => {
      const known = held.get(pid) ?? new Set(this.#socketsOf(pid))
      held.set(pid, known)
      return known.has(inode)
    }
    for (const inode of inodes) {
      let owner = byPid.get(this.#owners.get(inode)?.pid ?? 0)
      if (!owner) continue
      for (;;) {
        const parent = byPid.get(owner.ppid)
        if (!parent || !holds(parent.pid, inode)) break
        owner = parent
      }
      const { ppid, comm } = owner
      for (const other of programs)
        if (other.ppid === ppid && other.comm === comm && isBefore(other, owner) && holds(other.pid, inode))
          owner = other
      this.#owners.set(inode, owner)
    }
  }

  /**
   * Looks for the owners of the wanted sockets.
   *
   * @param candidates processes to read, the most likely first
   * @param outOfTime called before each process; the search stops when it returns true
   */
  search(wanted: ReadonlySet<number>, candidates: readonly SocketOwner[], outOfTime: () => boolean): Search {
    const missing = new Set(wanted)
    let denied = 0
    const start = this.#next < candidates.length ? this.#next : 0
    for (let i = 0; i < candidates.length; i++) {
      if (missing.size === 0) break
      if (outOfTime()) {
        this.#next = start + i
        return { denied, complete: false }
      }
      const candidate = candidates[(start + i) % candidates.length] as SocketOwner
      if (!this.#read(candidate, missing)) denied += 1
    }
    this.#next = 0
    return { denied, complete: true }
  }

  /** @returns false when the process may not be read */
  #read(candidate: SocketOwner, missing: Set<number>): boolean {
    const inodes = this.#socketsOf(candidate.pid)
    for (const inode of inodes ?? []) {
      if (!this.#owners.has(inode)) this.#owners.set(inode, candidate)
      missing.delete(inode)
    }
    return inodes !== null
  }

  /** Inodes of the sockets that a process holds; null when it may not be read. */
  #socketsOf(pid: number): readonly number[] | null {
    const directory = `${this.#procRoot}/${pid}/fd`
    let descriptors: string[]
    try {
      descriptors = readdirSync(directory)
    } catch (error) {
      return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '') ? null : []
    }
    return descriptors.flatMap((descriptor) => socketInode(`${directory}/${descriptor}`) ?? [])
  }
}

const isBefore = (one: SocketOwner, other: SocketOwner): boolean =>
  one.startTicks < other.startTicks || (one.startTicks === other.startTicks && one.pid < other.pid)

const socketInode = (path: string): number | undefined => {
  try {
    const inode = SOCKET_LINK.exec(readlinkSync(path))?.[1]
    return inode === undefined ? undefined : Number(inode)
  } catch {
    // The descriptor was closed after the directory was listed.
    return undefined
  }
}
