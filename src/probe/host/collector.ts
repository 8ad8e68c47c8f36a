import { readFileSync, readlinkSync } from 'node:fs'
import { cpus, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describeError } from '../../log/log.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { Address, ReportNode } from '../../report/schema.ts'
import type { Clock, Collector } from '../collector.ts'
import { type Every, onTimerOfItsOwn } from '../heartbeat.ts'
import { hostAddresses, type InterfaceAddress, localNetworks, networksWithinHost } from './addresses.ts'
import type { ShellControl } from './controls/shell-control.ts'
import { devicesWithGateway, interfaceAddresses } from './interfaces.ts'
import { MachineMetrics } from './machine-metrics.ts'
import { type HostDescription, hostNode } from './node.ts'
import { parseOsName, parseSystemStat, steadyBootSeconds } from './proc-files.ts'

/** What {@link createHostCollector} needs. */
export interface HostCollectorOptions {
  /** Mount point of the host's proc file system. */
  readonly procRoot: string
  readonly clock: Clock
  /** Scheduler for reading the metrics; own timer by default. */
  readonly every?: Every
  readonly hostId: string
  readonly hostName: string
  /** Version of Scope, shown with the host. */
  readonly version: string
  /**
   * How long samples of metrics are kept for reports: 10 s by default, at most 60 samples. The newest sample is always
   * kept.
   */
  readonly sampleWindowMs?: number
  /** Directory in which the kernel lists network interfaces, `/sys/class/net` by default. */
  readonly netRoot?: string
  /** Returns the interfaces that are up in the probe's network namespace; `os.networkInterfaces` by default. */
  readonly interfaces?: typeof networkInterfaces
  /** What can be done to the host; by default nothing. */
  readonly shell?: ShellControl
}

/** The collector of the host, which also knows the networks within the host. */
export interface HostCollector extends Collector {
  /** Whether an address is of a network that connects only containers or virtual machines of this host. */
  isWithinHost(ip: string): boolean
}

const SAMPLE_INTERVAL_MS = 1000
const SAMPLE_WINDOW_MS = 10_000
/** What rarely changes is read once in this many samples: interfaces, and when the host was booted by its clock, which may be set. */
const DESCRIBED_EVERY = 10

/** The name in the first `os-release` file that can be read. */
const osName = (procRoot: string): string | undefined => {
  for (const path of [join(procRoot, '1/root/etc/os-release'), '/etc/os-release', '/usr/lib/os-release']) {
    try {
      return parseOsName(readFileSync(path, 'utf8'))
    } catch {
      // The host's own file may not be readable. The next one may be that of the probe's container.
    }
  }
  return undefined
}

// Keeping the object shows later steps that nothing changed.
const unlessAlike = <T>(before: T, now: T): T =>
  JSON.stringify(before) === JSON.stringify(now) ? before : now

type HostItself = Omit<HostDescription, 'localNetworks' | 'controls'>

/** Watches the host itself: its identity, its CPU, memory and load once a second, its addresses and its boot time every 10 s. */
export const createHostCollector = (options: HostCollectorOptions): HostCollector => {
  const { procRoot, clock, hostId, hostName, version, shell, every = onTimerOfItsOwn } = options
  const machine = new MachineMetrics(options.sampleWindowMs ?? SAMPLE_WINDOW_MS)
  const controls = shell === undefined ? [] : [shell.control.id]
  const problems = new Map<string, string>()
  let sinceMs = clock.uptimeMs()
  let endSampling = (): void => {}
  let samples = 0
  let node: ReportNode | undefined
  let addresses: readonly Address[] = []
  let networks: readonly InterfaceAddress[] = []
  let isWithinHost = networksWithinHost([])

  const attempt = <T>(what: string, read: () => T): T | undefined => {
    const problem = problems.get(what)
    try {
      const value = read()
      if (problems.delete(what)) sinceMs = clock.uptimeMs()
      return value
    } catch (error) {
      problems.set(what, `cannot read ${what} (${describeError(error)})`)
      if (problem === undefined) sinceMs = clock.uptimeMs()
      return undefined
    }
  }
  const text = (file: string): string =>
    attempt(join(procRoot, file), () => readFileSync(join(procRoot, file), 'utf8')) ?? ''

  /** Without it, bridges are told apart by their ports alone. A kernel without IPv6 has no file of its routes. */
  const optionalText = (file: string): string => {
    try {
      return readFileSync(join(procRoot, file), 'utf8')
    } catch {
      return ''
    }
  }

  /** @returns the text of `/proc/stat` */
  const sample = (): string => {
    const stat = text('stat')
    const others = { meminfo: text('meminfo'), loadavg: text('loadavg') }
    machine.take({ stat, ...others }, Math.round(clock.uptimeMs()))
    return stat
  }

  const describe = (): HostItself => {
    const system = parseSystemStat(text('stat'))
    return {
      hostId,
      hostName,
      version,
      osName: osName(procRoot),
      kernelVersion: text('sys/kernel/osrelease').trim() || undefined,
      bootSeconds: system.bootSeconds,
      cpus: system.cpus || cpus().length,
    }
  }

  const ownNetns = (): number => {
    const link = attempt('its network namespace', () => readlinkSync(join(procRoot, 'self/ns/net')))
    return Number(/^net:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? 0)
  }

  const readInterfaces = (host: HostItself, netns: number): void => {
    const list = attempt('network interfaces', options.interfaces ?? networkInterfaces) ?? {}
    const withGateway = devicesWithGateway(
      optionalText('self/net/route'),
      optionalText('self/net/ipv6_route'),
    )
    const found = interfaceAddresses(list, options.netRoot ?? '/sys/class/net', withGateway)
    const within = unlessAlike(networks, found)
    if (within !== networks) {
      networks = within
      isWithinHost = networksWithinHost(within)
    }
    node = unlessAlike(node, hostNode({ ...host, localNetworks: localNetworks(found), controls }))
    addresses = unlessAlike(addresses, hostAddresses(found, { hostId, netns }))
  }

  return {
    id: 'host',
    isWithinHost: (ip) => isWithinHost(ip),
    start: async () => {
      let host = describe()
      const netns = ownNetns()
      sample()
      readInterfaces(host, netns)
      endSampling = every(SAMPLE_INTERVAL_MS, () => {
        const stat = sample()
        if (++samples % DESCRIBED_EVERY !== 0) return
        const { bootSeconds } = parseSystemStat(stat)
        host = { ...host, bootSeconds: steadyBootSeconds(host.bootSeconds, bootSeconds) }
        readInterfaces(host, netns)
      })
    },
    collect: (uptimeMs, samplesSinceMs) => ({
      nodes: node === undefined ? [] : [node],
      metrics: machine.metricsOf(hostNodeId(hostId), uptimeMs, samplesSinceMs),
      connections: [],
      addresses,
      status: {
        id: 'host',
        mode: 'proc',
        state: problems.size === 0 ? 'ok' : 'degraded',
        reason: [...problems.values()].join('; '),
        sinceMs,
        counters: {},
      },
    }),
    controls: () => (shell === undefined ? [] : [shell.control]),
    stop: async () => {
      endSampling()
      await shell?.stop()
    },
  }
}
