import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { describeError, type Logger } from '../../log/log.ts'
import type { CollectorStatus, Metric } from '../../report/schema.ts'
import { createUsers } from '../../users/users.ts'
import { type ContainerIndex, createContainerIndex } from '../cgroup/container-index.ts'
import { parseMembership } from '../cgroup/membership.ts'
import { cgroup2Mount } from '../cgroup/mount.ts'
import type { Tenancy } from '../cgroup/namespace-containers.ts'
import { ownContainerApart } from '../cgroup/own-container.ts'
import { createUnitIndex } from '../cgroup/unit-index.ts'
import type { Clock, Collector } from '../collector.ts'
import { type Every, onTimerOfItsOwn } from '../heartbeat.ts'
import { parseKernelUnits, parseMemory, parseSystemStat, steadyBootSeconds } from '../host/proc-files.ts'
import { parsePrivileges } from '../privileges.ts'
import { redactCommandLine } from '../redact/redact.ts'
import { blindnessOf, isTelling } from './blindness.ts'
import { createSignalling, noSignalling } from './controls/signalling.ts'
import type { ProcessDirectory } from './directory.ts'
import type { ProcessSurroundings } from './living-process.ts'
import { processMetrics } from './metrics.ts'
import { ProcessTable } from './process-table.ts'
import { createProcessReader, type ProcessReader } from './reader.ts'

/** What {@link createProcessCollector} needs. */
export interface ProcessCollectorOptions {
  /** Mount point of the proc file system whose processes are watched. */
  readonly procRoot: string
  readonly clock: Clock
  /** Scheduler for reading the processes; own timer by default. */
  readonly every?: Every
  readonly hostId: string
  readonly log: Logger
  /** Formats a command line for display; by default with its secrets redacted. */
  readonly redact?: (argv: readonly string[]) => string
  /** How long samples of metrics are kept for reports, 10 s by default. The newest sample is always kept. */
  readonly sampleWindowMs?: number
  /** Whether processes offer to be signalled; false by default. */
  readonly controls?: boolean
}

/** Watches processes, and provides them to other collectors. */
export interface ProcessCollector extends Collector, ProcessDirectory {
  /**
   * The id of the container that has this cgroup or network namespace (inodes; 0 = unknown); undefined when none is
   * known from the processes seen so far.
   */
  containerOf(place: { readonly cgroupId: number; readonly netns: number }): string | undefined
  /** The same for as long as processes are in a network namespace (inode); undefined when none is, and for that of the host. */
  tenancyOf(netns: number): Tenancy | undefined
}

const SCAN_INTERVAL_MS = 1000
/** The boot time is read once in this many scans: it changes only when the clock of the machine is set. */
const BOOT_EVERY = 10
const SAMPLE_WINDOW_MS = 10_000

const readOr = <T>(read: () => T, fallback: T): T => {
  try {
    return read()
  } catch {
    // These files only add detail. A scan reports when `/proc` as a whole is missing.
    return fallback
  }
}

const containerIndex = (
  mountinfo: string,
  self: string,
  reader: ProcessReader,
  clock: Clock,
): ContainerIndex => {
  const first = parseMembership(reader.cgroup(1) ?? '')
  return createContainerIndex({
    cgroup2Mount: cgroup2Mount(mountinfo),
    own: ownContainerApart(mountinfo, parseMembership(self), first),
    enclosing: new Set(first.containerIds),
    hostNetns: reader.netns(1) || reader.netns('self') || 0,
    nowMs: () => clock.uptimeMs(),
  })
}

const textOf = (procRoot: string, file: string): string =>
  readOr(() => readFileSync(join(procRoot, file), 'utf8'), '')

const surroundings = (options: ProcessCollectorOptions): ProcessSurroundings & { bootMs: number } => {
  const { procRoot, hostId } = options
  const reader = createProcessReader(procRoot)
  const text = (file: string) => textOf(procRoot, file)
  const units = parseKernelUnits(readOr(() => readFileSync(join(procRoot, 'self/auxv')), Buffer.alloc(0)))
  const system = parseSystemStat(text('stat'))
  const mountinfo = text('self/mountinfo')
  return {
    ...units,
    hostId,
    bootMs: system.bootSeconds * 1000,
    reader,
    containers: containerIndex(mountinfo, text('self/cgroup'), reader, options.clock),
    units: createUnitIndex(cgroup2Mount(mountinfo)),
    signalling: options.controls ? readOr(() => createSignalling(procRoot), noSignalling) : noSignalling,
    users: createUsers(procRoot, () => options.clock.uptimeMs()),
    machine: {
      cpus: system.cpus || cpus().length,
      memoryBytes: parseMemory(text('meminfo'))?.totalBytes ?? totalmem(),
    },
    sampleWindowMs: options.sampleWindowMs ?? SAMPLE_WINDOW_MS,
    redact: options.redact ?? redactCommandLine,
  }
}

/**
 * Watches the processes below `procRoot`. Looks for new and ended ones once a second, and reads names and metrics of
 * each every 5 s.
 *
 * Leaves out what it may not read, and says so in its status.
 */
export const createProcessCollector = (options: ProcessCollectorOptions): ProcessCollector => {
  const { clock, log, procRoot, every = onTimerOfItsOwn } = options
  const around = surroundings(options)
  const table = new ProcessTable(around, () => clock.uptimeMs())
  const privileges = parsePrivileges(readOr(() => readFileSync('/proc/self/status', 'utf8'), ''))
  let scans = 0
  let sinceMs = clock.uptimeMs()
  let endScanning = (): void => {}
  let failure = ''
  let changed = (): void => {}

  const fail = (error: unknown): void => {
    const reason = `cannot list ${procRoot} (${describeError(error)}): --probe.proc.root must name a mounted proc file system`
    if (reason !== failure) {
      log.error(reason)
      sinceMs = clock.uptimeMs()
    }
    failure = reason
  }

  const followClock = (): void => {
    const read = parseSystemStat(textOf(procRoot, 'stat')).bootSeconds
    const bootMs = steadyBootSeconds(around.bootMs / 1000, read) * 1000
    if (bootMs === around.bootMs) return
    around.bootMs = bootMs
    table.redate()
  }

  const scan = (): void => {
    if (++scans % BOOT_EVERY === 0) followClock()
    let cameOrWent: boolean
    try {
      cameOrWent = table.scan()
    } catch (error) {
      fail(error)
      return
    }
    if (failure !== '') sinceMs = clock.uptimeMs()
    failure = ''
    if (cameOrWent) changed()
  }

  const metricsOf = (uptimeMs: number, sinceMs = Number.NEGATIVE_INFINITY): Metric[] => {
    const metrics: Metric[] = []
    for (const { node, samples, limits } of table.living) {
      const newest = samples.at(-1)
      // Most processes have no new sample since the last report: skip them cheaply.
      if (newest === undefined || newest.atMs < sinceMs) continue
      for (const metric of processMetrics(node.id, samples, limits, around.machine, uptimeMs, sinceMs))
        metrics.push(metric)
    }
    return metrics
  }

  const status = (): CollectorStatus => {
    const counts = table.counts()
    const reason = failure || blindnessOf(counts, privileges)
    return {
      id: 'process',
      mode: 'proc',
      state: failure !== '' || isTelling(counts) ? 'degraded' : 'ok',
      reason,
      sinceMs,
      counters: { ...counts },
    }
  }

  return {
    id: 'process',
    // A connection that is taken in names its process as it was when it connected.
    collectsLast: true,
    start: async (onChange) => {
      scan()
      changed = onChange
      endScanning = every(SCAN_INTERVAL_MS, scan)
    },
    collect: (uptimeMs, samplesSinceMs) => ({
      nodes: table.nodes(),
      metrics: metricsOf(uptimeMs, samplesSinceMs),
      connections: [],
      addresses: [],
      status: status(),
    }),
    controls: () => around.signalling.controls,
    stop: async () => {
      endScanning()
    },
    hold: (ref, told) => table.hold(ref, told),
    release: (ref, told) => table.release(ref, told),
    placeOf: (ref) => table.placeOf(ref),
    nodeOf: (ref) => table.nodeOf(ref),
    nodeAtConnect: (ref) => table.nodeAtConnect(ref),
    hasExited: (ref) => table.hasExited(ref),
    containerOf: ({ cgroupId, netns }) => around.containers.find(cgroupId, netns),
    tenancyOf: (netns) => around.containers.tenancyOf(netns),
  }
}
