import { createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import { createAssembler } from '../probe/assemble/assemble.ts'
import type { Collected } from '../probe/assemble/merger.ts'
import type { Contribution } from '../probe/collector.ts'
import { hostNode } from '../probe/host/node.ts'
import { hostNodeId } from '../report/ids.ts'
import { defaultLimits } from '../report/limits.ts'
import { probeIdOf } from '../report/proof/proof.ts'
import {
  type Address,
  type CollectorStatus,
  type ConnectionRecord,
  PROTOCOL,
  type Report,
} from '../report/schema.ts'
import { version } from '../version.ts'
import { globalAddress } from './connections/endpoints.ts'
import { guestsOf } from './connections/guests.ts'
import { createLinks, type Link } from './connections/links.ts'
import { recordsOf, type ToldRecord } from './connections/records.ts'
import { createDraw, type Draw } from './draw.ts'
import { containersOf } from './nodes/containers.ts'
import { metricsOf } from './nodes/metrics.ts'
import { createProcesses, listeningContainers, type Processes, processNodesOf } from './nodes/processes.ts'
import { defaultStory, type StoryOptions } from './options.ts'
import { createPlan, type Machine, type Plan } from './plan.ts'

/** A simulated host with its probe. */
export interface StoryHost {
  readonly id: string
  readonly name: string
  readonly probeId: string
  /** Ed25519 key derived from the seed, so it is not secret: use it for demos only. */
  readonly probeKey: KeyObject
  /** What the host's collectors know at a moment `tMs`; with `samplesSinceMs`, only samples since then are included. */
  collect(tMs: number, samplesSinceMs?: number): Collected
}

/**
 * A simulated world. Its clock, in ms, is the uptime of all its probes and starts at 0. The same options give the same
 * story, and the reports of any moment can be computed in any order.
 *
 * @example
 * const story = createStory({ hosts: 3, containers: 40, seed: 'scope' })
 * story.reportsAt(60_000) // the whole report of each host after one minute
 */
export interface Story {
  readonly options: StoryOptions
  readonly hosts: readonly StoryHost[]
  /** The whole reports of all hosts at a moment. */
  reportsAt(tMs: number): Report[]
}

/** Creates a story; options that are absent are those of {@link defaultStory}. */
export const createStory = (given: Partial<StoryOptions> = {}): Story => {
  const options = { ...defaultStory, ...given }
  const draw = createDraw(options.seed)
  const plan = createPlan(options, draw)
  return storyOf(plan, createLinks(plan), options)
}

/** The story of a plan that was made otherwise, and of the calls between what is in it. */
export const storyOf = (plan: Plan, links: readonly Link[], options: StoryOptions): Story => {
  const { draw } = plan
  const processes = processesOf(plan)
  const hosts = plan.machines.map((machine) => storyHost(machine, plan, links, processes, options))
  const makers = hosts.map((host) => ({ host, assemble: createAssembler(defaultLimits) }))
  return {
    options,
    hosts,
    reportsAt: (tMs) =>
      makers.map(({ host, assemble }) => {
        const { uptimeMs, ...parts } = host.collect(tMs)
        return assemble({
          ...parts,
          envelope: {
            protocol: PROTOCOL,
            probeId: host.probeId,
            epoch: draw.hex(16, 'epoch', host.id),
            seq: Math.floor(tMs / options.intervalMs) + 1,
            base: null,
            uptimeMs,
            intervalMs: options.intervalMs,
          },
        })
      }),
  }
}

/** The processes of a plan, with the pids that its hosts report. */
export const processesOf = ({ slots }: Plan): Processes => {
  const positions = new Map<number, number>()
  for (const { machine, service, position } of slots) {
    const end = position + service.programs.reduce((sum, { count = 1 }) => sum + count, 0)
    positions.set(machine.index, Math.max(positions.get(machine.index) ?? 0, end))
  }
  return createProcesses(positions)
}

/** Start of a PKCS #8 Ed25519 key, to be followed by the 32 bytes of the key (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

const keyOf = (machine: Machine, draw: Draw): KeyObject => {
  const secret = createHash('sha256')
    .update(draw.hex(64, 'probe key', machine.index))
    .digest()
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, secret]), format: 'der', type: 'pkcs8' })
}

const statusOf = (id: string, counters: CollectorStatus['counters'] = {}): CollectorStatus => ({
  id,
  mode: 'demo',
  state: 'ok',
  reason: '',
  sinceMs: 0,
  counters,
})

const PROBE_PID = 1100
const PROBE_CPU_SHARE = 0.004
const PROBE_RSS_BYTES = 78_000_000

const storyHost = (
  machine: Machine,
  { slots: all, draw }: Plan,
  links: readonly Link[],
  processes: Processes,
  options: StoryOptions,
): StoryHost => {
  const { startedAtMs } = options
  const slots = all.filter((slot) => slot.machine === machine)
  const contained = slots.filter(({ shop }) => shop !== undefined)
  const containersAt = containersOf(machine, contained, startedAtMs, draw)
  const processesAt = processNodesOf(machine, slots, processes, startedAtMs, draw)
  const listeningAt = listeningContainers(contained, draw)
  const recordsAt = recordsOf(machine, links, processes, draw)
  const guestsAt = guestsOf(machine, slots, processes, draw)
  const metricsAt = metricsOf(machine, slots, processes, options.historyMs, draw)
  const own = describeHost(machine, startedAtMs)
  const probeKey = keyOf(machine, draw)

  const contributions = (tMs: number, samplesSinceMs?: number): Contribution[] => {
    const containers = containersAt(tMs)
    const guests = guestsAt(tMs)
    const told = [...recordsAt(tMs), ...guests.records]
    const nothing = { nodes: [], metrics: [], connections: [], addresses: [] }
    return [
      { ...nothing, ...own, metrics: metricsAt(tMs, samplesSinceMs), status: statusOf('host') },
      { ...nothing, nodes: [...processesAt(tMs), ...guests.nodes], status: statusOf('process') },
      {
        ...nothing,
        ...containers,
        facts: listeningAt(tMs),
        status: statusOf('docker', { containers: contained.length }),
      },
      {
        ...nothing,
        connections: withPorts(told),
        addresses: addressesOf(told),
        status: statusOf('connections', { tracked: told.reduce((sum, { record }) => sum + record.open, 0) }),
      },
    ]
  }

  return {
    id: machine.id,
    name: machine.name,
    probeId: probeIdOf(probeKey),
    probeKey,
    collect: (tMs, samplesSinceMs) => ({
      uptimeMs: tMs,
      host: { id: machine.id, name: machine.name },
      probe: {
        version,
        pid: PROBE_PID,
        cpuMs: Math.round(tMs * PROBE_CPU_SHARE),
        rssBytes: PROBE_RSS_BYTES,
      },
      contributions: contributions(tMs, samplesSinceMs),
    }),
  }
}

const describeHost = (machine: Machine, startedAtMs: number): Pick<Contribution, 'nodes' | 'addresses'> => ({
  nodes: [
    hostNode({
      hostId: machine.id,
      hostName: machine.name,
      version,
      osName: 'Debian GNU/Linux 12 (bookworm)',
      kernelVersion: '6.1.0-28-amd64',
      bootSeconds: Math.floor((startedAtMs + machine.bootedMs) / 1000),
      cpus: machine.cpus,
      localNetworks: ['10.0.0.0/16', '172.18.0.0/16'],
    }),
  ],
  addresses: [machine.ip, machine.publicIp].map((ip) => ({
    ...globalAddress(ip),
    owners: [hostNodeId(machine.id)],
  })),
})

const addressesOf = (told: readonly ToldRecord[]): Address[] => {
  const book = new Map(told.flatMap(({ addresses }) => addresses.map((address) => [address.id, address])))
  return [...book.values()]
}

/** Adds client ports to half records that share addresses and port with others. Rule 3 of the model. */
const withPorts = (told: readonly ToldRecord[]): ConnectionRecord[] => {
  const alike = Map.groupBy(told, ({ record }) =>
    record.client !== undefined && record.server !== undefined
      ? ''
      : `${record.client === undefined ? '<' : '>'}${record.clientAddress} ${record.serverAddress} ${record.serverPort}`,
  )
  const sharing = new Set([...alike].flatMap(([key, some]) => (key !== '' && some.length > 1 ? some : [])))
  return told.map((one) =>
    sharing.has(one) ? { ...one.record, clientPorts: one.ports().slice(-MAX_CLIENT_PORTS) } : one.record,
  )
}

const MAX_CLIENT_PORTS = 256
