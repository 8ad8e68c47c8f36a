import type { Logger } from '../../../log/log.ts'
import { containerNodeId } from '../../../report/ids.ts'
import type { Metric } from '../../../report/schema.ts'
import type { CgroupFiles } from '../../cgroup/usage/cgroup-files.ts'
import type { CgroupReader } from '../../cgroup/usage/cgroup-reader.ts'
import type { Clock } from '../../collector.ts'
import type { DockerClient } from '../daemon/client.ts'
import type { StatsMessage } from '../daemon/messages.ts'
import type { MeasuredContainer } from './measured-container.ts'
import { type MachineSize, Measurements, usageLimits } from './measurements.ts'
import { memoryBytesOf, timeOf, trafficOf } from './stats-message.ts'
import { createStatsStreams } from './stats-streams.ts'
import { type WhyStream, whyStreams } from './why-streams.ts'

/** The daemon whose containers are measured. */
export interface MeasuredDaemon {
  /** Whether its containers run on this machine, so that their files can be read here. */
  readonly local: boolean
  readonly machine: MachineSize
}

/**
 * Measures the running containers: by the files of their cgroups, or, where those cannot be read, by the stats streams
 * of the daemon.
 */
export interface ContainerUsage {
  /** The daemon answers: those that need a stream get one. */
  connected(daemon: MeasuredDaemon): void
  /** It does not answer any more. What is read from files goes on. */
  disconnected(): void
  /** Containers came, went or changed. */
  changed(): void
  /** Reads the files of all containers; call it once a second. */
  sample(): void
  /**
   * Returns the samples within the window.
   *
   * @param uptimeMs the time of the report
   * @param sinceMs samples older than this are left out, too
   */
  metrics(uptimeMs: number, sinceMs?: number): Metric[]
  /** How many containers are measured by a stream, and how many streams broke. */
  counts(): { readonly statsStreams: number; readonly statsErrors: number }
  /** Why streams are needed, in words; empty when they are not, or when the daemon is on another machine. */
  reason(): string
  /** Closes all files and streams. */
  stop(): void
}

/** What {@link createContainerUsage} needs. */
export interface ContainerUsageOptions {
  readonly cgroups: CgroupReader
  readonly client: Pick<DockerClient, 'stats'>
  readonly clock: Clock
  readonly log: Logger
  /** The running containers at present. */
  readonly containers: () => readonly MeasuredContainer[]
  /** How long samples are kept, so that a lost or late report loses none. */
  readonly sampleWindowMs: number
}

interface Followed {
  container: MeasuredContainer
  readonly node: string
  readonly measurements: Measurements
  /** Spreads what is not read every second over the seconds. */
  readonly phase: number
  files: CgroupFiles | undefined
  /** Why it needs a stream; undefined as long as its files may be found. */
  why: WhyStream | undefined
  /** How many times in a row its process was not there. */
  missed: number
  /** Its last reading of files; undefined before the first. */
  last: { readonly cpuNs: number; movedSinceTraffic: boolean } | undefined
}

/** Traffic of a container that does something is read every so many samples. */
const TRAFFIC_EVERY = 5
/** What did not run since has hardly other memory or traffic than before: that is read once in this many samples. */
const IDLE_EVERY = 10
/** After so many samples without its process it has not just ended, but is in a pid namespace that is not seen here. */
const MISSED_MAX = 3

export const createContainerUsage = (options: ContainerUsageOptions): ContainerUsage => {
  const { cgroups, clock, containers, sampleWindowMs } = options
  const followed = new Map<string, Followed>()
  let daemon: MeasuredDaemon | undefined
  let isConnected = false
  let isStale = true
  let samples = 0
  let phases = 0

  const takeMessage = (id: string, message: StatsMessage): void => {
    const measurements = followed.get(id)?.measurements
    if (measurements === undefined) return
    const sampleMs = Math.round(clock.uptimeMs())
    const memoryBytes = memoryBytesOf(message)
    measurements.takeCpu(timeOf(message), message.cpu_stats.cpu_usage.total_usage, sampleMs)
    if (memoryBytes !== undefined) measurements.takeMemory(memoryBytes, sampleMs)
    measurements.takeTraffic(timeOf(message), trafficOf(message), sampleMs)
  }
  const streams = createStatsStreams(options.client, options.log, takeMessage)
  const streamed = (): Followed[] => [...followed.values()].filter(({ why }) => why !== undefined)
  const followStreams = (): void =>
    streams.follow(new Set(isConnected ? streamed().map(({ container }) => container.id) : []))

  const release = (one: Followed): void => {
    one.files?.close()
    Object.assign(one, { files: undefined, why: undefined, missed: 0, last: undefined })
    one.measurements.forgetReadings()
  }

  /** Looks for its files. @returns true when it turned out to need a stream */
  const look = (one: Followed): boolean => {
    const { pid, id } = one.container
    const found = daemon?.local === false ? 'remote' : cgroups.find(pid, id)
    if (typeof found !== 'string') {
      Object.assign(one, { files: found, missed: 0 })
      read(one, found)
      return false
    }
    if (found === 'gone' && ++one.missed < MISSED_MAX) return false
    one.why = found
    return true
  }

  const readTraffic = ({ container, measurements }: Followed, files: CgroupFiles, sampleMs: number): void => {
    const block = files.blockBytes()
    const network = container.inHostNetwork
      ? undefined
      : cgroups.networkBytes(container.pid, container.interfaces)
    const bytes = {
      ...{ received: network?.received, sent: network?.sent },
      ...{ read: block?.read, written: block?.written },
    }
    measurements.takeTraffic(clock.uptimeMs(), bytes, sampleMs)
  }

  const read = (one: Followed, files: CgroupFiles): void => {
    const { measurements, last, phase } = one
    const atMs = clock.uptimeMs()
    const cpuNs = files.cpuNs()
    // It ended. Docker says so soon; if it runs again by then, its files are found again.
    if (cpuNs === undefined) {
      release(one)
      return
    }
    const sampleMs = Math.round(atMs)
    const moved = last === undefined || cpuNs !== last.cpuNs
    const movedSinceTraffic = moved || last.movedSinceTraffic
    const isIdleTurn = (samples + phase) % IDLE_EVERY === 0
    const isTurn = (samples + phase) % TRAFFIC_EVERY === 0
    const readsTraffic = last === undefined || isIdleTurn || (isTurn && movedSinceTraffic)
    measurements.takeCpu(atMs, cpuNs, sampleMs)
    if (moved || isIdleTurn) {
      const memoryBytes = files.memoryBytes()
      if (memoryBytes !== undefined) measurements.takeMemory(memoryBytes, sampleMs)
    }
    if (readsTraffic) readTraffic(one, files, sampleMs)
    one.last = { cpuNs, movedSinceTraffic: movedSinceTraffic && !readsTraffic }
  }

  /** Follows those that run at present. */
  const update = (): void => {
    if (!isStale || daemon === undefined) return
    isStale = false
    const running = new Map(containers().map((container) => [container.id, container]))
    for (const [id, one] of followed) {
      if (running.has(id)) continue
      release(one)
      followed.delete(id)
    }
    for (const [id, container] of running) {
      const known = followed.get(id)
      if (known !== undefined) {
        if (known.container.pid !== container.pid) release(known)
        known.container = container
        continue
      }
      const one: Followed = {
        ...{ container, node: containerNodeId(id), measurements: new Measurements(sampleWindowMs) },
        ...{ phase: phases++, files: undefined, why: undefined, missed: 0, last: undefined },
      }
      followed.set(id, one)
      look(one)
    }
    followStreams()
  }

  return {
    connected(now) {
      // Another machine may answer there now.
      if (daemon !== undefined && daemon.local !== now.local)
        for (const one of followed.values()) release(one)
      daemon = now
      isConnected = true
      isStale = true
      update()
    },
    disconnected() {
      isConnected = false
      followStreams()
    },
    changed() {
      isStale = true
    },
    sample() {
      update()
      samples++
      let needsStream = false
      for (const one of followed.values()) {
        if (one.files !== undefined) read(one, one.files)
        else if (one.why === undefined && look(one)) needsStream = true
      }
      if (needsStream) followStreams()
    },
    metrics(uptimeMs, sinceMs = Number.NEGATIVE_INFINITY) {
      update()
      const machine = daemon?.machine ?? { cores: 0, memoryBytes: 0 }
      const made: Metric[] = []
      for (const { node, container, measurements } of followed.values()) {
        const limits = usageLimits(container, machine)
        for (const metric of measurements.metricsOf(node, limits, uptimeMs, sinceMs)) made.push(metric)
      }
      return made
    },
    counts: () => ({ statsStreams: streamed().length, statsErrors: streams.errors() }),
    reason: () => whyStreams(streamed().flatMap(({ why }) => why ?? [])),
    stop() {
      streams.follow(new Set())
      for (const one of followed.values()) release(one)
      followed.clear()
      daemon = undefined
    },
  }
}
