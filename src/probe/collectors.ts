import type { Logger } from '../log/log.ts'
import { openNamespaceInterfaces } from '../native/netlink/namespace-interfaces.ts'
import type { ControlKind } from '../report/control/control-kind.ts'
import type { AddressScope } from '../report/ids.ts'
import { version } from '../version.ts'
import type { Clock, Collector } from './collector.ts'
import type { CollectorFaults } from './collector-faults.ts'
import { type ConnectionsCollector, createConnectionsCollector } from './connections/collector.ts'
import { createDockerCollector } from './docker/collector.ts'
import type { Every } from './heartbeat.ts'
import { createHostCollector } from './host/collector.ts'
import { createShellControl } from './host/controls/shell-control.ts'
import type { HostIdentity } from './host/identity.ts'
import { createNames } from './names/collector.ts'
import { createNatCollector } from './nat/collector.ts'
import { createProcessCollector } from './process/collector.ts'
import { programOnly, redactCommandLine } from './redact/redact.ts'
import { switchedOff } from './switched-off.ts'
import { createWeaveCollector } from './weave/collector.ts'
import type { RouterWatch } from './weave/router-watch.ts'
import { withoutProcesses } from './without-processes.ts'

/** Which collectors run, and how. */
export interface CollectorOptions {
  /** Interval of reports while nothing changes. */
  readonly publishIntervalMs: number
  /** How long records without open connections stay while their processes live; 10 minutes by default. */
  readonly connectionsKeepMs?: number
  /** Mount point of the proc file system, `/proc`. */
  readonly procRoot: string
  /** Whether connections may be traced by eBPF. */
  readonly ebpf: boolean
  /** Directory with the probe's own files; without it, none are kept. */
  readonly stateDir?: string
  /** Whether Docker is watched. */
  readonly docker: boolean
  /** Whether address translations are learned from connection tracking; true by default. */
  readonly conntrack?: boolean
  /** Whether the environment of containers is reported, with its secrets redacted; false by default. */
  readonly dockerEnvironment?: boolean
  /** Whether names are looked up for addresses, by DNS answers seen and by reverse DNS; true by default. */
  readonly dns?: boolean
  /**
   * Whether processes are reported; true by default. Otherwise connections belong to the containers of their processes,
   * or to the host.
   */
  readonly processes?: boolean
  /** Whether command lines are cut to the program, so that no argument leaves the probe; false by default. */
  readonly omitCommandArguments?: boolean
  /** What people may do through this probe; by default, the controls of containers. */
  readonly controls?: readonly ControlKind[]
  /** Path on the host of the list of users that the login of a shell is taken from; `/etc/passwd` by default. */
  readonly passwdPath?: string
  /** The Weave router to watch; none without it. */
  readonly weave?: RouterWatch
  readonly log: Logger
}

/** How long samples are kept at least. When a report is lost, the next full report still contains all of them. */
const MIN_SAMPLE_WINDOW_MS = 15_000

/** The collectors of this host. */
export interface Collectors {
  /** In order of precedence: when several report the same thing, the first counts. */
  readonly all: readonly Collector[]
  /** The collector that lists individual connections. */
  readonly connections: ConnectionsCollector
}

/** What all collectors share. */
export interface CollectorSurroundings {
  readonly clock: Clock
  readonly every: Every
  /** Records the failures of their timers. */
  readonly faults: CollectorFaults
  readonly host: HostIdentity
}

/** Creates all collectors and connects those that depend on one another. None is started. */
export const createCollectors = (
  options: CollectorOptions,
  { clock, every, faults, host }: CollectorSurroundings,
): Collectors => {
  const { procRoot, ebpf, publishIntervalMs } = options
  const sampleWindowMs = Math.max(MIN_SAMPLE_WINDOW_MS, 2 * publishIntervalMs)
  const redact = options.omitCommandArguments ? programOnly : redactCommandLine
  const common = { procRoot, hostId: host.id, sampleWindowMs }
  const own = (id: string) => ({ clock, every: faults.everyOf(id, every), log: options.log.child(id) })
  const may = (kind: ControlKind) => (options.controls ?? ['container']).includes(kind)
  const hostShell = (log: Logger) =>
    createShellControl({
      procRoot,
      uid: process.geteuid?.() ?? 0,
      ...(options.passwdPath === undefined ? {} : { passwdPath: options.passwdPath }),
      onError: (error) => log.error('a shell could not be ended', { error }),
    })
  const processes = createProcessCollector({
    ...{ ...common, ...own('process'), redact },
    controls: may('process'),
  })
  const docker = options.docker
    ? createDockerCollector({
        ...common,
        ...own('docker'),
        redact,
        environment: options.dockerEnvironment ?? false,
        ...(options.stateDir === undefined ? {} : { stateDir: options.stateDir }),
      })
    : undefined
  const names = createNames({
    dns: options.dns ?? true,
    ebpf,
    procRoot,
    containerOf: (place) => processes.containerOf(place),
    tenancyOf: (netns) => processes.tenancyOf(netns),
    env: process.env,
    ...own('names'),
  })
  const nat = (options.conntrack ?? true) ? createNatCollector({ procRoot, ...own('nat') }) : undefined
  const hostCollector = createHostCollector({
    ...{ ...common, ...own('host'), hostName: host.name, version },
    ...(may('host') && { shell: hostShell(own('host').log) }),
  })
  const scopeOf = (ip: string): AddressScope =>
    docker?.scopeOf(ip) ??
    (hostCollector.isWithinHost(ip) ? { kind: 'host', hostId: host.id } : { kind: 'global' })
  const connections = createConnectionsCollector({
    procRoot,
    ebpf,
    processes,
    names,
    ...(nat && { nat: nat.tellTo }),
    ...own('connections'),
    guard: faults.guardOf('connections'),
    hostId: host.id,
    publishIntervalMs,
    ...(options.connectionsKeepMs === undefined ? {} : { keepMs: options.connectionsKeepMs }),
    scopeOf,
  })
  const weave =
    options.weave &&
    createWeaveCollector({
      router: options.weave,
      containers: () => docker?.running() ?? new Set(),
      pidOf: (id) => docker?.pidOf(id),
      interfaces: openNamespaceInterfaces(),
      hostId: host.id,
      guard: faults.guardOf('weave'),
      ...own('weave'),
    })
  const told =
    (options.processes ?? true)
      ? { processes, connections }
      : withoutProcesses({ processes, connections }, host.id)
  return {
    all: [
      hostCollector,
      told.processes,
      docker ?? switchedOff('docker', '--probe.docker=false'),
      names,
      nat ?? switchedOff('nat', '--probe.conntrack=false'),
      weave ?? switchedOff('weave', '--weave=false'),
      told.connections,
    ],
    connections: told.connections,
  }
}
