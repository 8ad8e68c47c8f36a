import { facts } from '../../report/facts.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { ConnectionRecord, ReportNode } from '../../report/schema.ts'
import type { Draw } from '../draw.ts'
import { cyclic } from '../life.ts'
import { containerNodeOf } from '../nodes/container-messages.ts'
import { type Processes, RETENTION_MS, toldSpans } from '../nodes/processes.ts'
import type { Machine, Slot } from '../plan.ts'
import { bridgeAddress, globalAddress, loopback } from './endpoints.ts'
import type { ToldRecord } from './records.ts'

/** Connections whose client is not a service of the story, such as visitors from the Internet. */
export interface Guests {
  readonly records: readonly ToldRecord[]
  /** Nodes of the processes among their clients, all of which have ended. */
  readonly nodes: readonly ReportNode[]
}

const HTTPS = 443
const noPorts = (): readonly number[] => []
const still = { failed: 0, abandoned: 0, retransmits: 0 } as const

/** First bytes of visitors' addresses. */
const NETWORKS = [24, 31, 46, 62, 77, 81, 87, 91, 95, 109, 176, 178, 188, 193, 212, 213, 217] as const
const CONNECTIONS_OF_A_VISITOR = 4
const VISITOR_BYTES_PER_SECOND = { sent: 1400, received: 61_000 } as const

/** A visitor from the Internet who stays for a while; after a pause another one, with a new address, follows. */
const visitorOf = (slot: Slot, n: number, processes: Processes, draw: Draw) => {
  const periodMs = draw.whole(25_000, 120_000, 'visit', slot.key, n)
  const life = cyclic({
    bornMs: -1,
    periodMs,
    downMs: Math.floor(periodMs * 0.2),
    offsetMs: () => draw.whole(0, periodMs * 0.7, 'visit offset', slot.key, n),
  })
  const activity = draw.between(0.3, 2.2, 'visitor', slot.key, n)
  const addressOf = (visit: number): string =>
    [
      draw.pick(NETWORKS, 'network', slot.key, n, visit),
      ...[1, 2, 3].map((byte) => draw.whole(1, 250, 'address', byte, slot.key, n, visit)),
    ].join('.')

  return (tMs: number): ToldRecord[] => {
    const { current, previous } = life.at(tMs)
    return [current, previous].flatMap((visit) => {
      if (visit === undefined) return []
      return toldSpans(slot, tMs).flatMap((span) => {
        const sinceMs = Math.max(0, visit.startMs, span.startMs)
        const untilMs = Math.min(visit.endMs, span.endMs)
        if (sinceMs >= untilMs || tMs < sinceMs || tMs >= untilMs + RETENTION_MS) return []
        const servers = processes.talking(slot, span)
        const server = servers[n % servers.length]
        if (server === undefined) return []
        const atMs = Math.min(tMs, untilMs)
        const seconds = ((atMs - sinceMs) / 1000) * activity
        const open = tMs < untilMs ? CONNECTIONS_OF_A_VISITOR : 0
        const client = globalAddress(addressOf(visit.index))
        const accepted = bridgeAddress(slot)
        const asked = globalAddress(slot.machine.publicIp)
        const record: ConnectionRecord = {
          id: `${slot.key}<visitor${n}.${visit.index}.${span.index}`,
          server: server.id,
          clientAddress: client.id,
          serverAddress: accepted.id,
          serverPort: HTTPS,
          originalAddress: asked.id,
          originalPort: HTTPS,
          sinceMs,
          lastMs: atMs,
          ...still,
          open,
          opened: CONNECTIONS_OF_A_VISITOR,
          closed: CONNECTIONS_OF_A_VISITOR - open,
          bytesSent: Math.floor(seconds * VISITOR_BYTES_PER_SECOND.sent),
          bytesReceived: Math.floor(seconds * VISITOR_BYTES_PER_SECOND.received),
          rttUs: Math.round(9000 + 30_000 * activity),
        }
        return { record, addresses: [client, accepted, asked], ports: noPorts }
      })
    })
  }
}

const CHECK_EVERY_MS = 5000
const CHECK_BYTES = { sent: 84, received: 212 } as const

/**
 * The many short-lived commands by which Docker checks a container's health. All have ended, and they are reported as
 * one node. Rule 10 of the model.
 */
const healthCheckOf =
  (slot: Slot, processes: Processes, draw: Draw) =>
  (tMs: number): Guests => {
    const { machine, service, netns } = slot
    const span = slot.processLife.at(tMs).current
    const server = span && processes.talking(slot, span)[0]
    if (span === undefined || server === undefined || service.port === undefined)
      return { records: [], nodes: [] }
    const sinceMs = Math.max(0, span.startMs)
    const checks = Math.floor((tMs - sinceMs) / CHECK_EVERY_MS)
    if (checks === 0) return { records: [], nodes: [] }
    const id = `${machine.id};exited;${draw.hex(16, 'exited', slot.key, span.index)}`
    const host = hostNodeId(machine.id)
    const address = loopback(machine, netns)
    const record: ConnectionRecord = {
      id: `${slot.key}<check.${span.index}`,
      client: id,
      server: server.id,
      serverAddress: address.id,
      serverPort: service.port,
      sinceMs,
      lastMs: sinceMs + checks * CHECK_EVERY_MS,
      ...still,
      open: 0,
      opened: checks,
      closed: checks,
      bytesSent: checks * CHECK_BYTES.sent,
      bytesReceived: checks * CHECK_BYTES.received,
    }
    const node: ReportNode = {
      id,
      topology: 'process',
      name: 'curl',
      facts: { [facts.hostId]: host, [facts.exited]: true, [facts.exitedCount]: checks },
      parents: { host: [host], container: [containerNodeOf(slot, span, draw)] },
      controls: [],
    }
    return { records: [{ record, addresses: [address], ports: noPorts }], nodes: [node] }
  }

const JUMP_HOST = '10.20.0.7'
const SSH = 22

/** An operator logged in over SSH from a machine without a probe. */
const operatorOf =
  (slot: Slot, processes: Processes) =>
  (tMs: number): ToldRecord[] => {
    const span = slot.processLife.at(tMs).current
    const server = span && processes.talking(slot, span)[0]
    if (server === undefined) return []
    const client = globalAddress(JUMP_HOST)
    const accepted = globalAddress(slot.machine.ip)
    const seconds = Math.floor(tMs / 2000) * 2
    const record: ConnectionRecord = {
      id: `${slot.key}<operator`,
      server: server.id,
      clientAddress: client.id,
      serverAddress: accepted.id,
      serverPort: SSH,
      sinceMs: 0,
      lastMs: seconds * 1000,
      ...still,
      open: 1,
      opened: 0,
      closed: 0,
      bytesSent: seconds * 36,
      bytesReceived: seconds * 140,
      rttUs: 1400,
    }
    return [{ record, addresses: [client, accepted], ports: noPorts }]
  }

/** The connections to one host from clients outside the story, and from short-lived processes. */
export const guestsOf = (
  machine: Machine,
  slots: readonly Slot[],
  processes: Processes,
  draw: Draw,
): ((tMs: number) => Guests) => {
  const visitors = slots.flatMap((slot) =>
    Array.from({ length: slot.service.visitors ?? 0 }, (_, n) => visitorOf(slot, n, processes, draw)),
  )
  const checks = slots
    .filter(({ service }) => service.healthCheck)
    .map((slot) => healthCheckOf(slot, processes, draw))
  const operators = slots
    .filter(({ service }) => machine.index === 0 && service.port === SSH)
    .map((slot) => operatorOf(slot, processes))
  return (tMs) => {
    const checked = checks.map((check) => check(tMs))
    return {
      records: [
        ...visitors.flatMap((visitor) => visitor(tMs)),
        ...operators.flatMap((operator) => operator(tMs)),
        ...checked.flatMap(({ records }) => records),
      ],
      nodes: checked.flatMap(({ nodes }) => nodes),
    }
  }
}
