import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { ContainerIndex } from '../cgroup/container-index.ts'
import { type CgroupMembership, parseMembership } from '../cgroup/membership.ts'
import type { UnitIndex } from '../cgroup/unit-index.ts'
import { processName, splitCommandLine } from './command-line.ts'
import { type ProcessLimits, parseLimits } from './limits.ts'
import { type CpuReading, cpuPercent, type MachineSize, type ProcessSample } from './metrics.ts'
import { type ProcessNodeContext, processNode } from './node.ts'
import type { ProcessReader, Readable } from './reader.ts'
import { isKernelThread, isZombie, type ProcessStat } from './stat.ts'
import type { Users } from './users.ts'

/** What reading a process takes, alike for all processes of a host. */
export interface ProcessSurroundings extends ProcessNodeContext {
  readonly reader: ProcessReader
  readonly containers: ContainerIndex
  readonly units: UnitIndex
  readonly users: Users
  readonly machine: MachineSize
  readonly pageBytes: number
  /** Samples older than this are dropped, but for the newest. */
  readonly sampleWindowMs: number
  redact(argv: readonly string[]): string
}

// A new process is read in full this often in a row: runtimes fork, enter a container and only then exec.
const YOUNG_REFRESHES = 2
// What hardly ever changes without an exec (cgroup, network namespace, limits) is read again every so many refreshes.
const FULL_EVERY = 12

/** What was read of a process beyond its `stat`. */
interface Reading {
  readonly comm: string
  readonly ppid: number
  readonly rawCommandLine: Buffer
  /** Empty without a command line. */
  readonly argv: readonly string[]
  /** The command line as it may be shown. */
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

/** @param before the last reading of this process: of an unchanged command line the secrets are not looked for again */
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
  // What ends meanwhile loses its command line first: half a truth, told from a program without one by looking again.
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

/** What of the state lasts: whether it runs or sleeps just now is nothing to tell. */
const LASTING_STATES: ReadonlyMap<string, string> = new Map([
  ['T', 'stopped'],
  ['t', 'traced'],
  ['D', 'uninterruptible'],
])

const nodeOf = (
  around: ProcessSurroundings,
  stat: ProcessStat,
  reading: Reading,
  state: string | undefined,
): ReportNode => {
  const { argv, commandLine, membership } = reading
  const netns = reading.netns ?? 0
  const { uid, executable, workingDirectory } = reading
  const containerId = around.containers.learn({ membership, netns })
  around.units.learn(membership)
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
  })
}

/** One running process: its node, which stays the same object while nothing about it changes, and its samples. */
export class LivingProcess {
  readonly pid: number
  readonly startTicks: number
  /** How often connections hold it. */
  holds = 0
  /** The last scan that saw it. */
  seenInScan = 0
  readonly kernelThread: boolean
  readonly #around: ProcessSurroundings
  #node: ReportNode
  #reading: Reading
  #openFilesDenied = false
  readonly #samples: ProcessSample[] = []
  #cpu: CpuReading | undefined
  #refreshes = 0
  /** It has written itself a title, and may do so again. */
  #isRetitled = false
  /** As in `stat` at the last look. */
  #lastState = ''
  /** What of it lasts. */
  #state: string | undefined

  private constructor(around: ProcessSurroundings, stat: ProcessStat, reading: Reading) {
    this.#around = around
    this.pid = stat.pid
    this.startTicks = stat.startTicks
    this.kernelThread = isKernelThread(stat)
    this.#reading = reading
    this.#node = nodeOf(around, stat, reading, undefined)
  }

  /**
   * Reads a process for the first time.
   *
   * @returns undefined when it went meanwhile
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

  get samples(): readonly ProcessSample[] {
    return this.#samples
  }

  get limits(): ProcessLimits {
    return this.#reading.limits
  }

  /** Something about it may not be read. */
  get unreadable(): boolean {
    return this.#reading.netns === null || this.#openFilesDenied
  }

  /** So new that it may still be on its way to its program, or into a container. */
  get young(): boolean {
    return this.#refreshes < YOUNG_REFRESHES
  }

  /**
   * Takes in a newer reading of the same process.
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

  /**
   * Sees to it that it is called as it was when it connected: what was read of it before may be of the shell that has become
   * another program since.
   *
   * @param comm its command name then
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

  /** Of what was read, the command line is that of the program before. */
  #renameEnded(comm: string): void {
    this.#reading = { ...this.#reading, comm, argv: [] }
    const { [facts.commandLine]: _, ...known } = this.#node.facts
    this.#node = { ...this.#node, name: processName(comm, []), facts: known }
  }

  /**
   * Whether it has become another program, or has written itself another title. Who never did that is not asked for its
   * command line each time: its stack tells of an exec.
   */
  #hasNewCommandLine({ stack }: ProcessStat): boolean {
    if (stack !== '' && stack === this.#reading.stack && !this.#isRetitled) return false
    const now = this.#around.reader.commandLine(this.pid)
    return !(now?.bytes.equals(this.#reading.rawCommandLine) ?? false)
  }

  /** A wait for a device counts when it was found twice in a row. */
  #stateNow({ state }: ProcessStat): string | undefined {
    return state === 'D' && this.#lastState !== 'D' ? undefined : LASTING_STATES.get(state)
  }

  /** @returns false when it went meanwhile: what was known of it stays, and the next scan will miss it */
  #readAgain(stat: ProcessStat): boolean {
    const reading = readProcess(this.#around, stat, this.#reading)
    if (reading === undefined) return false
    const before = this.#reading
    if (reading.stack === before.stack && !reading.rawCommandLine.equals(before.rawCommandLine))
      this.#isRetitled = true
    this.#reading = reading
    this.#state = this.#stateNow(stat)
    const node = nodeOf(this.#around, stat, reading, this.#state)
    // The unchanged object tells everyone further on that nothing changed. Its keys are always made in one order.
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
    // in place, since a list of each process every few seconds is what old memory would fill up with
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
