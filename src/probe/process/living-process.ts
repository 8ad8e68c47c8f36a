import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { Users } from '../../users/users.ts'
import type { ContainerIndex } from '../cgroup/container-index.ts'
import { type CgroupMembership, parseMembership } from '../cgroup/membership.ts'
import type { UnitIndex } from '../cgroup/unit-index.ts'
import { processName, splitCommandLine } from './command-line.ts'
import type { Signalling } from './controls/signalling.ts'
import { type ProcessLimits, parseLimits } from './limits.ts'
import { type CpuReading, cpuPercent, type MachineSize, type ProcessSample } from './metrics.ts'
import { type ProcessNodeContext, processNode, redated } from './node.ts'
import type { ProcessReader, Readable } from './reader.ts'
import { isKernelThread, isZombie, type ProcessStat } from './stat.ts'

/** What is needed to read a process; the same for all processes of a host. */
export interface ProcessSurroundings extends ProcessNodeContext {
  readonly reader: ProcessReader
  readonly containers: ContainerIndex
  readonly units: UnitIndex
  readonly users: Users
  readonly machine: MachineSize
  readonly signalling: Signalling
  readonly pageBytes: number
  /** Samples older than this are dropped, except for the newest. */
  readonly sampleWindowMs: number
  redact(argv: readonly string[]): string
}

// How many refreshes read a new process in full: container runtimes fork, enter the container and only then exec.
const YOUNG_REFRESHES = 2
// What rarely changes without an exec (cgroup, network namespace, limits) is read again once in this many refreshes.
const FULL_EVERY = 12

/** What was read about a process in addition to its `stat`. */
interface Reading {
  readonly comm: string
  readonly ppid: number
  readonly rawCommandLine: Buffer
  /** Empty without a command line. */
  readonly argv: readonly string[]
  /** The command line for display, with secrets redacted. */
  readonly commandLine: string
  readonly limits: ProcessLimits
  readonly netns: Readable<number>
  readonly membership: CgroupMembership
  readonly uid: number | undefined
  readonly executable: string | undefined
  readonly workingDirectory: string | undefined
  /** See {@link ProcessStat.stack}. */
  readonly stack: string
}

const stillRuns = (reader: ProcessReader, { pid, startTicks }: ProcessStat): boolean => {
  const stat = reader.stat(pid)
  return stat !== undefined && stat.startTicks === startTicks && !isZombie(stat)
}

/** @param before the last reading of this process; an unchanged command line is not redacted again */
const readProcess = (
  around: ProcessSurroundings,
  stat: ProcessStat,
  before?: Reading,
): Reading | undefined => {
  const { reader } = around
  const { pid, comm, ppid } = stat
  const raw = reader.commandLine(pid)
  const rawCommandLine = Buffer.from(raw?.bytes ?? [])
  const limits = reader.limits(pid)
  const netns = reader.netns(pid)
  const cgroup = reader.cgroup(pid)
  // A process that exits while it is read loses its command line first. A program without a command line looks the
  // same, so check whether the process still runs.
  const complete = rawCommandLine.length > 0 && limits !== undefined && cgroup !== undefined
  if (!complete && !stillRuns(reader, stat)) return undefined
  const isSame = before?.rawCommandLine.equals(rawCommandLine) ?? false
  const argv = splitCommandLine(rawCommandLine, raw?.cut ?? false)
  return {
    comm,
    ppid,
    rawCommandLine,
    argv,
    commandLine: isSame && before ? before.commandLine : argv.length === 0 ? '' : around.redact(argv),
    limits: parseLimits(limits ?? ''),
    netns,
    membership: parseMembership(cgroup ?? ''),
    uid: reader.uid(pid),
    executable: reader.executable(pid),
    workingDirectory: reader.workingDirectory(pid),
    stack: stat.stack,
  }
}

/** The states that are reported. Running and sleeping change too often to be of use. */
const LASTING_STATES: ReadonlyMap<string, string> = new Map([
  ['T', 'stopped'],
  ['t', 'traced'],
  ['D', 'uninterruptible'],
])

/** @returns the id of the container that the process is in */
const learnPlace = (
  { containers, units }: ProcessSurroundings,
  pid: number,
  { membership, netns }: Reading,
): string | undefined => {
  units.learn(membership)
  return containers.learn({ pid, membership, netns: netns ?? 0 })
}

const nodeOf = (
  around: ProcessSurroundings,
  stat: ProcessStat,
  reading: Reading,
  containerId: string | undefined,
  state: string | undefined,
): ReportNode => {
  const { argv, commandLine, membership } = reading
  const netns = reading.netns ?? 0
  const { uid, executable, workingDirectory } = reading
  return processNode(around, {
    pid: stat.pid,
    startTicks: stat.startTicks,
    ppid: stat.ppid,
    name: processName(stat.comm, argv),
    commandLine,
    systemdUnit: membership.systemdUnit,
    systemdSlice: membership.systemdSlice,
    netns,
    containerId,
    uid,
    user: uid === undefined || containerId !== undefined ? undefined : around.users.nameOf(uid),
    state,
    executable,
    workingDirectory,
    controls: around.signalling.offersOf(stat, uid),
  })
}

/** One running process: its node, which stays the same object while it does not change, and its samples. */
export class LivingProcess {
  readonly pid: number
  readonly startTicks: number
  /** How many times tallies of connections hold the process. */
  holds = 0
  /** Number of the last scan that saw the process. */
  seenInScan = 0
  readonly kernelThread: boolean
  readonly #around: ProcessSurroundings
  #node: ReportNode
  #reading: Reading
  #containerId: string | undefined
  #openFilesDenied = false
  readonly #samples: ProcessSample[] = []
  #cpu: CpuReading | undefined
  #refreshes = 0
  /** True when the process has changed its own title, so that it may do so again. */
  #isRetitled = false
  /** The state in `stat` at the last refresh. */
  #lastState = ''
  /** The state that is reported; undefined for running and sleeping. */
  #state: string | undefined

  private constructor(around: ProcessSurroundings, stat: ProcessStat, reading: Reading) {
    this.#around = around
    this.pid = stat.pid
    this.startTicks = stat.startTicks
    this.kernelThread = isKernelThread(stat)
    this.#reading = reading
    this.#containerId = learnPlace(around, this.pid, reading)
    this.#node = nodeOf(around, stat, reading, this.#containerId, undefined)
  }

  /**
   * Reads a process for the first time.
   *
   * @returns undefined when it exited meanwhile
   */
  static read(around: ProcessSurroundings, stat: ProcessStat, nowMs: number): LivingProcess | undefined {
    const reading = readProcess(around, stat)
    if (reading === undefined) return undefined
    const process = new LivingProcess(around, stat, reading)
    process.#sample(stat, nowMs)
    return process
  }

  get node(): ReportNode {
    return this.#node
  }

  /** The id of the container that it is in; undefined when it is in none. */
  get containerId(): string | undefined {
    return this.#containerId
  }

  get samples(): readonly ProcessSample[] {
    return this.#samples
  }

  get limits(): ProcessLimits {
    return this.#reading.limits
  }

  /** True when something about the process may not be read. */
  get unreadable(): boolean {
    return this.#reading.netns === null || this.#openFilesDenied
  }

  /** True when the process is so new that it may still exec its program or enter a container. */
  get young(): boolean {
    return this.#refreshes < YOUNG_REFRESHES
  }

  /**
   * Updates the process from a newer `stat`, reading more when needed.
   *
   * @returns true when the node changed
   */
  refresh(stat: ProcessStat, nowMs: number): boolean {
    this.#refreshes++
    const before = this.#node
    const { comm, ppid } = this.#reading
    const due = this.young || this.#refreshes % FULL_EVERY === 0 || this.#state !== this.#stateNow(stat)
    if (due || stat.comm !== comm || stat.ppid !== ppid || this.#hasNewCommandLine(stat))
      this.#readAgain(stat)
    this.#lastState = stat.state
    this.#sample(stat, nowMs)
    return this.#node !== before
  }

  /** Call when it has ended. */
  end(): void {
    this.#around.containers.ended(this.pid)
  }

  /** Dates the node anew: the boot time has changed. */
  redate(): void {
    this.#node = redated(this.#around, this.#node)
  }

  /**
   * Makes sure that the process has the name it had when it connected. What was read earlier may be the name of the
   * shell that has since executed another program.
   *
   * @param comm its command name when it connected
   * @returns true when the node changed
   */
  callAtConnect(comm: string): boolean {
    if (this.#reading.comm === comm) return false
    const before = this.#node
    const stat = this.#around.reader.stat(this.pid)
    const runs = stat !== undefined && stat.startTicks === this.startTicks && !isZombie(stat)
    if (!runs || !this.#readAgain(stat)) this.#renameEnded(comm)
    return this.#node !== before
  }

  /**
   * Renames a process that has exited. The command line read earlier is that of the previous program, so it is removed.
   */
  #renameEnded(comm: string): void {
    this.#reading = { ...this.#reading, comm, argv: [] }
    const { [facts.commandLine]: _, ...known } = this.#node.facts
    this.#node = { ...this.#node, name: processName(comm, []), facts: known }
  }

  /**
   * True when the process executed another program or changed its title. The command line is read only for processes
   * that have changed their title before, or whose stack address differs, which shows an exec.
   */
  #hasNewCommandLine({ stack }: ProcessStat): boolean {
    if (stack !== '' && stack === this.#reading.stack && !this.#isRetitled) return false
    const now = this.#around.reader.commandLine(this.pid)
    return !(now?.bytes.equals(this.#reading.rawCommandLine) ?? false)
  }

  /** The state to report. Uninterruptible sleep counts only when it was found twice in a row. */
  #stateNow({ state }: ProcessStat): string | undefined {
    return state === 'D' && this.#lastState !== 'D' ? undefined : LASTING_STATES.get(state)
  }

  /** @returns false when it exited meanwhile: its data stays, and the next scan will miss it */
  #readAgain(stat: ProcessStat): boolean {
    const reading = readProcess(this.#around, stat, this.#reading)
    if (reading === undefined) return false
    const before = this.#reading
    if (reading.stack === before.stack && !reading.rawCommandLine.equals(before.rawCommandLine))
      this.#isRetitled = true
    this.#reading = reading
    this.#state = this.#stateNow(stat)
    this.#containerId = learnPlace(this.#around, this.pid, reading)
    const node = nodeOf(this.#around, stat, reading, this.#containerId, this.#state)
    // Keeping the object shows later steps that nothing changed. Comparing the JSON works since the keys always have
    // the same order.
    if (JSON.stringify(node) !== JSON.stringify(this.#node)) this.#node = node
    return true
  }

  #sample(stat: ProcessStat, nowMs: number): void {
    const { reader, machine, ticksPerSecond, pageBytes, sampleWindowMs } = this.#around
    const now = { atMs: nowMs, ticks: stat.cpuTicks }
    const cpu = this.#cpu && cpuPercent(this.#cpu, now, ticksPerSecond, machine.cpus)
    if (this.#cpu === undefined || cpu !== undefined) this.#cpu = now
    const openFiles = reader.openFiles(this.pid)
    this.#openFilesDenied = openFiles === null
    // Change the list in place: a new list for each process every few seconds would fill the old generation of the
    // heap.
    while (this.#samples[0] !== undefined && nowMs - this.#samples[0].atMs >= sampleWindowMs)
      this.#samples.shift()
    this.#samples.push({
      atMs: nowMs,
      cpuPercent: cpu,
      memoryBytes: stat.residentPages * pageBytes,
      threads: stat.threads,
      openFiles: openFiles ?? undefined,
    })
  }
}
