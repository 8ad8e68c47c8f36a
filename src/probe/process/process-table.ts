import type { ReportNode } from '../../report/schema.ts'
import { DepartedProcesses } from './departed.ts'
import type { ProcessDirectory, ProcessRef } from './directory.ts'
import { LivingProcess, type ProcessSurroundings } from './living-process.ts'
import { isKernelThread, isZombie, type ProcessStat } from './stat.ts'

/** A pid that is not shown: a kernel thread, or a zombie. */
interface PassedOver {
  readonly kernelThread: boolean
  seenInScan: number
}

/** Counts for the status. */
export interface ProcessCounts {
  readonly processes: number
  readonly kernelThreads: number
  readonly zombies: number
  readonly exitedHeld: number
  readonly unreadable: number
}

// Metrics and names are read every 5 scans, a fifth of the processes in each, so that no scan takes long.
const SLOTS = 5
// Pids of kernel threads are checked once in this many scans, in case a process has taken the pid between two scans.
const KERNEL_THREAD_SLOTS = 60

/**
 * All processes that the host's `/proc` shows (those of the probe's pid namespace and below), and the exited ones that
 * connections still refer to.
 *
 * Kernel threads are left out, since they run no program. One that holds a connection (for NFS and SMB mounts) has a
 * node while it is held.
 */
export class ProcessTable implements ProcessDirectory {
  readonly #around: ProcessSurroundings
  readonly #living = new Map<number, LivingProcess>()
  readonly #passedOver = new Map<number, PassedOver>()
  readonly #departed: DepartedProcesses
  readonly #nowMs: () => number
  #scans = 0
  #nodes: readonly ReportNode[] | undefined
  #cameOrWent = false

  /** @param nowMs the probe's uptime */
  constructor(around: ProcessSurroundings, nowMs: () => number) {
    this.#around = around
    this.#nowMs = nowMs
    this.#departed = new DepartedProcesses(around, around.containers, around.units, nowMs)
  }

  get living(): Iterable<LivingProcess> {
    return this.#living.values()
  }

  /** Nodes of living processes and of exited ones that are held; the same array while nothing changed. */
  nodes(): readonly ReportNode[] {
    this.#nodes ??= [...Array.from(this.#living.values(), (p) => p.node), ...this.#departed.nodes()]
    return this.#nodes
  }

  counts(): ProcessCounts {
    let kernelThreads = 0
    for (const { kernelThread } of this.#passedOver.values()) if (kernelThread) kernelThreads++
    let unreadable = 0
    for (const process of this.#living.values()) if (process.unreadable) unreadable++
    return {
      processes: this.#living.size,
      kernelThreads,
      zombies: this.#passedOver.size - kernelThreads,
      exitedHeld: this.#departed.size,
      unreadable,
    }
  }

  /**
   * Finds new and exited processes, and refreshes those that are due.
   *
   * @returns true when a process appeared or exited since the last scan
   * @throws Error when `/proc` cannot be listed
   */
  scan(): boolean {
    const scan = ++this.#scans
    const pids = this.#around.reader.pids()
    for (const pid of pids) {
      const process = this.#living.get(pid)
      if (process !== undefined) process.seenInScan = scan
    }
    // First, since a new process may be in a network namespace that has the inode of theirs.
    for (const process of this.#living.values()) {
      if (process.seenInScan !== scan) this.#retire(process, false)
    }
    for (const pid of pids) {
      const process = this.#living.get(pid)
      if (process === undefined) this.#visitPassedOver(pid, scan)
      else if (process.young || pid % SLOTS === scan % SLOTS) this.#refresh(process)
    }
    for (const [pid, { seenInScan }] of this.#passedOver) {
      if (seenInScan !== scan) this.#passedOver.delete(pid)
    }
    if (this.#departed.place()) this.#nodes = undefined
    return this.takeCameOrWent()
  }

  /** Dates all nodes anew: the boot time of the surroundings has changed. */
  redate(): void {
    for (const process of this.#living.values()) process.redate()
    this.#departed.redate()
    this.#nodes = undefined
  }

  /** @returns true when a process appeared or exited since the last call */
  takeCameOrWent(): boolean {
    const cameOrWent = this.#cameOrWent
    this.#cameOrWent = false
    return cameOrWent
  }

  hold(ref: ProcessRef, told = true): string {
    const living = this.#find(ref)
    if (living !== undefined) {
      living.holds++
      return this.#nodeAtConnect(living, ref).id
    }
    const wasTold = this.#departed.isTold(ref)
    const departed = this.#departed.hold(ref, told)
    if (departed !== undefined) {
      if (told && !wasTold) this.#nodes = undefined
      return departed.id
    }
    this.#changed()
    return this.#departed.addUnknown(ref, this.#living.has(ref.pid), told).id
  }

  release(ref: ProcessRef, told = true): void {
    const living = this.#living.get(ref.pid)
    if (living?.startTicks === ref.startTicks) {
      living.holds = Math.max(0, living.holds - 1)
      if (living.kernelThread && living.holds === 0) this.#retire(living, false)
    } else if (this.#departed.release(ref, told)) {
      this.#nodes = undefined
    }
  }

  placeOf(ref: ProcessRef): string {
    const { cgroupId, netns } = ref
    const unit = () => this.#around.units.find(cgroupId)?.systemdUnit ?? cgroupId
    return this.#containerOf(ref) ?? `${unit()} ${netns}`
  }

  nodeOf(ref: ProcessRef): ReportNode | undefined {
    return this.#find(ref)?.node ?? this.#departed.nodeOf(ref)
  }

  nodeAtConnect(ref: ProcessRef): ReportNode | undefined {
    const living = this.#find(ref)
    return living ? this.#nodeAtConnect(living, ref) : this.#departed.nodeOf(ref)
  }

  /**
   * This is called for each short connection. So it reads only `stat`, rather than all of a process that is about to
   * exit.
   */
  hasExited(ref: ProcessRef): boolean {
    if (this.#living.get(ref.pid)?.startTicks === ref.startTicks) return false
    if (this.#departed.nodeOf(ref) !== undefined) return true
    const stat = this.#around.reader.stat(ref.pid)
    return stat === undefined || stat.startTicks !== ref.startTicks || isZombie(stat)
  }

  #nodeAtConnect(living: LivingProcess, { comm }: ProcessRef): ReportNode {
    if (living.callAtConnect(comm)) this.#nodes = undefined
    return living.node
  }

  #containerOf(ref: ProcessRef): string | undefined {
    const living = this.#living.get(ref.pid)
    if (living?.startTicks === ref.startTicks) return living.containerId
    // Its namespace may be that of another container by now.
    if (this.#departed.nodeOf(ref) !== undefined) return this.#departed.containerOf(ref)
    return this.#around.containers.find(ref.cgroupId, ref.netns)
  }

  /** The living process; read from `/proc` when it is not known yet. */
  #find(ref: ProcessRef): LivingProcess | undefined {
    const known = this.#living.get(ref.pid)
    if (known?.startTicks === ref.startTicks) return known
    if (this.#departed.nodeOf(ref) !== undefined) return undefined
    const stat = this.#around.reader.stat(ref.pid)
    const now = this.#update(known, ref.pid, stat, stat?.startTicks === ref.startTicks)
    return now?.startTicks === ref.startTicks ? now : undefined
  }

  #refresh(process: LivingProcess): void {
    const stat = this.#around.reader.stat(process.pid)
    if (stat !== undefined && stat.startTicks === process.startTicks && !isZombie(stat)) {
      if (process.refresh(stat, this.#now())) this.#nodes = undefined
    } else {
      this.#update(process, process.pid, stat, false)
    }
  }

  #visitPassedOver(pid: number, scan: number): void {
    const passed = this.#passedOver.get(pid)
    if (passed !== undefined) {
      passed.seenInScan = scan
      const slots = passed.kernelThread ? KERNEL_THREAD_SLOTS : SLOTS
      if (pid % slots !== scan % slots) return
    }
    this.#update(undefined, pid, this.#around.reader.stat(pid), false)
  }

  /**
   * Updates the table to what `/proc` shows for a pid now.
   *
   * @param known the process that last had this pid, if any
   * @param wanted true to add the process even when it is a kernel thread
   * @returns the process that has the pid now; undefined when it is not to be shown
   */
  #update(
    known: LivingProcess | undefined,
    pid: number,
    stat: ProcessStat | undefined,
    wanted: boolean,
  ): LivingProcess | undefined {
    const alive = stat !== undefined && !isZombie(stat)
    if (alive && known?.startTicks === stat.startTicks) return known
    const shown = alive && (wanted || !isKernelThread(stat))
    if (known !== undefined) this.#retire(known, shown)
    if (shown) return this.#admit(stat)
    if (stat !== undefined) {
      this.#passedOver.set(pid, { kernelThread: isKernelThread(stat), seenInScan: this.#scans })
    }
    return undefined
  }

  #admit(stat: ProcessStat): LivingProcess | undefined {
    const process = LivingProcess.read(this.#around, stat, this.#now())
    if (process === undefined) return undefined
    this.#passedOver.delete(stat.pid)
    this.#departed.pidTaken(stat.pid)
    process.seenInScan = this.#scans
    this.#living.set(stat.pid, process)
    this.#changed()
    return process
  }

  #retire(process: LivingProcess, pidTaken: boolean): void {
    const { pid, startTicks, node, containerId, holds } = process
    this.#living.delete(pid)
    process.end()
    if (holds > 0) this.#departed.addKnown({ pid, startTicks }, { node, containerId, holds }, pidTaken)
    this.#changed()
  }

  #now(): number {
    return Math.round(this.#nowMs())
  }

  #changed(): void {
    this.#nodes = undefined
    this.#cameOrWent = true
  }
}
