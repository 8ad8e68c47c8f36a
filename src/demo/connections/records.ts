import type { Address, ConnectionRecord } from '../../report/schema.ts'
import type { Draw } from '../draw.ts'
import type { Span } from '../life.ts'
import { type Processes, RETENTION_MS, type Running, toldSpans } from '../nodes/processes.ts'
import type { Machine, Slot } from '../plan.ts'
import { type Endpoints, endpointsOf } from './endpoints.ts'
import { createFlow, type Flow, noCounts, summed } from './flow.ts'
import { isOutsider, type Link } from './links.ts'

/** A connection record with the addresses it refers to and the client ports of its open connections. */
export interface ToldRecord {
  readonly record: ConnectionRecord
  readonly addresses: readonly Address[]
  readonly ports: () => readonly number[]
}

/** The flow between one process of a link's client and one process of its server, each by its index. */
interface Part {
  readonly client: number
  readonly server: number
  readonly flow: Flow
}

interface Wired extends Link {
  readonly ends: Endpoints
  readonly parts: readonly Part[]
  /** Flows by the index of the client's process. */
  readonly byClient: ReadonlyMap<number, readonly Flow[]>
  readonly rttUs: number
}

const LOCAL_RTT_US = 55
const NETWORK_RTT_US = 390
const NETWORK_LOSS = 0.000_02
const INTERNET_LOSS = 0.0006
const RTT_HOLDS_MS = 3000
/** Ratio of the smoothed to the minimum round-trip time. */
const SMOOTHED = 1.6

const flowsBy = (parts: readonly Part[], side: 'client' | 'server'): ReadonlyMap<number, readonly Flow[]> =>
  new Map([...Map.groupBy(parts, (part) => part[side])].map(([n, own]) => [n, own.map(({ flow }) => flow)]))

const talkers = (slot: Slot): number =>
  slot.service.programs.reduce((sum, { count = 1, idle }) => sum + (idle ? 0 : count), 0)

const wire = (link: Link, draw: Draw): Wired => {
  const { client, server, call, perSecond, route, wave, key } = link
  const clients = talkers(client)
  const servers = isOutsider(server) ? 1 : talkers(server)
  const pairs = clients * servers
  const pool = call.pool === undefined ? undefined : Math.max(call.pool, clients)
  const used = pool === undefined ? pairs : Math.min(pairs, pool)
  const life = !isOutsider(server) && server.service.fails ? server.processLife : undefined
  const usualRttUs = isOutsider(server) ? server.rttUs : route === 'local' ? LOCAL_RTT_US : NETWORK_RTT_US
  const rttUs = usualRttUs * draw.between(0.8, 1.3, 'rtt', key)
  const parts = Array.from({ length: used }, (_, n) => ({
    client: n % clients,
    server: (n + Math.floor(n / clients)) % servers,
    flow: createFlow({
      call,
      perSecond: perSecond / used,
      pool: pool === undefined ? undefined : Math.floor(pool / used) + (n < pool % used ? 1 : 0),
      wave,
      life,
      loss: route === 'local' ? 0 : route === 'outside' ? INTERNET_LOSS : NETWORK_LOSS,
      rttUs,
      phase: draw.between(0, 1, 'flow', key, n),
    }),
  }))
  return {
    ...link,
    ends: endpointsOf(link),
    parts,
    byClient: flowsBy(parts, 'client'),
    rttUs,
  }
}

/** Simulates the connection records that one host's probe would report for these links. */
export const recordsOf = (
  machine: Machine,
  links: readonly Link[],
  processes: Processes,
  draw: Draw,
): ((tMs: number) => ToldRecord[]) => {
  const wired = links
    .filter(
      ({ client, server }) =>
        client.machine === machine || (!isOutsider(server) && server.machine === machine),
    )
    .map((link) => wire(link, draw))
  const outgoing = wired.filter(({ client }) => client.machine === machine)
  const incoming = groupsOf(
    wired.filter(({ route, client }) => route !== 'local' && client.machine !== machine),
  )
  return (tMs) => [
    ...outgoing.flatMap((link) =>
      link.route === 'local' ? pairs(link, processes, tMs) : clientHalves(link, processes, tMs),
    ),
    ...incoming.flatMap((group) => serverHalves(group, processes, tMs)),
  ]
}

const isJob = ({ client }: Link): boolean => client.service.deployment === 'job'

/** Key of the group of links whose connections the server cannot distinguish: it sees only the client's address. */
const groupKey = (link: Wired): string =>
  isJob(link) || isOutsider(link.server) ? link.key : `${link.server.key}<${link.ends.clientAddress.id}`

interface Window {
  readonly sinceMs: number
  readonly untilMs: number
}

/** The period in which all spans overlap; undefined if it is empty or no longer reported. */
const common = (tMs: number, ...spans: readonly Span[]): Window | undefined => {
  const sinceMs = Math.max(0, ...spans.map(({ startMs }) => startMs))
  const untilMs = Math.min(...spans.map(({ endMs }) => endMs))
  const isNow = sinceMs < untilMs && sinceMs <= tMs && tMs < untilMs + RETENTION_MS
  return isNow ? { sinceMs, untilMs } : undefined
}

type Told = Omit<ConnectionRecord, 'id' | 'serverAddress' | 'serverPort'>

/** @param seenBy the reporting side; only clients know how long a handshake took */
const numbersOf = (
  usualRttUs: number,
  flows: readonly Flow[],
  { sinceMs, untilMs }: Window,
  tMs: number,
  seenBy: 'client' | 'server',
): Told => {
  const atMs = Math.min(tMs, untilMs)
  const hasEnded = tMs >= untilMs
  const swing = 1 + 0.12 * Math.sin(Math.floor(tMs / RTT_HOLDS_MS) * 1.7 + usualRttUs)
  const { connectTimes, ...counts } = summed(flows.map((flow) => flow.counts(sinceMs, atMs, hasEnded)))
  return {
    sinceMs,
    lastMs: hasEnded ? untilMs : Math.max(sinceMs, ...flows.map((flow) => flow.lastMs(atMs))),
    ...counts,
    ...(connectTimes && seenBy === 'client' && { connectTimes }),
    rttUs: Math.round(usualRttUs),
    smoothedRttUs: Math.round(usualRttUs * SMOOTHED * swing),
  }
}

const noPorts = (): readonly number[] => []

const pairs = (link: Wired, processes: Processes, tMs: number): ToldRecord[] => {
  const { client, server, ends, parts, key } = link
  if (isOutsider(server)) return []
  const told: ToldRecord[] = []
  for (const from of toldSpans(client, tMs)) {
    const clients = processes.talking(client, from)
    for (const to of toldSpans(server, tMs)) {
      const window = common(tMs, from, to)
      if (window === undefined) continue
      const servers = processes.talking(server, to)
      for (const [n, part] of parts.entries())
        told.push({
          record: {
            id: `${key}#${n}.${from.index}.${to.index}`,
            client: (clients[part.client] as Running).id,
            server: (servers[part.server] as Running).id,
            serverAddress: ends.accepted.address.id,
            serverPort: ends.accepted.port,
            ...numbersOf(link.rttUs, [part.flow], window, tMs, 'client'),
          },
          addresses: [ends.accepted.address],
          ports: noPorts,
        })
    }
    told.push(...refused(link, server, from, clients, tMs))
  }
  return told
}

/** Records of refused connections while the server is down; only the client side is known. */
const refused = (
  { ends, parts, key, perSecond }: Wired,
  server: Slot,
  from: Span,
  clients: readonly Running[],
  tMs: number,
): ToldRecord[] => {
  const down = server.service.fails ? server.processLife.downtime(tMs) : undefined
  const window = down && common(tMs, from, { index: 0, ...down })
  if (window === undefined) return []
  const seconds = (Math.min(tMs, window.untilMs) - window.sinceMs) / 1000
  const used = new Set(parts.map(({ client }) => client))
  return [...used].map((n) => {
    const failed = Math.floor((seconds * perSecond) / used.size)
    return {
      record: {
        id: `${key}#refused${n}.${from.index}.${down?.startMs}`,
        client: (clients[n] as Running).id,
        clientAddress: ends.clientAddress.id,
        serverAddress: ends.asked.address.id,
        serverPort: ends.asked.port,
        sinceMs: window.sinceMs,
        lastMs: Math.min(tMs, window.untilMs),
        ...noCounts,
        failed,
        refused: failed,
      },
      addresses: [ends.clientAddress, ends.asked.address],
      ports: noPorts,
    }
  })
}

const clientHalves = (link: Wired, processes: Processes, tMs: number): ToldRecord[] => {
  const { client, server, ends, byClient, key, rttUs } = link
  const serverName = isOutsider(server) ? server.domain : undefined
  return toldSpans(client, tMs).flatMap((span) => {
    const window = common(tMs, span)
    if (window === undefined) return []
    const clients = processes.talking(client, span)
    return [...byClient].map(([n, flows]) => ({
      record: {
        id: `${key}#c${n}.${span.index}`,
        client: (clients[n] as Running).id,
        clientAddress: ends.clientAddress.id,
        serverAddress: ends.asked.address.id,
        serverPort: ends.asked.port,
        ...(serverName === undefined ? {} : { serverName }),
        ...numbersOf(rttUs, flows, window, tMs, 'client'),
      },
      addresses: [ends.clientAddress, ends.asked.address],
      ports: () => (tMs < window.untilMs ? flows.flatMap((flow) => flow.ports(tMs)) : []),
    }))
  })
}

/** A group of links whose connections the server cannot distinguish. */
interface Group {
  readonly key: string
  readonly server: Slot
  readonly ends: Endpoints
  readonly rttUs: number
  /** The client, if it is a job; other clients are counted as if they never stopped. */
  readonly job: Slot | undefined
  /** Flows by the index of the server's process. */
  readonly byServer: ReadonlyMap<number, readonly Flow[]>
}

const groupsOf = (links: readonly Wired[]): Group[] =>
  [...Map.groupBy(links, groupKey)].flatMap(([key, group]) => {
    const [first] = group
    if (first === undefined || isOutsider(first.server)) return []
    const { server, ends, rttUs, client } = first
    const byServer = flowsBy(
      group.flatMap(({ parts }) => parts),
      'server',
    )
    return { key, server, ends, rttUs, job: isJob(first) ? client : undefined, byServer }
  })

/** Half records as each process of a server sees them: one for all clients behind the same address. */
const serverHalves = (group: Group, processes: Processes, tMs: number): ToldRecord[] => {
  const { key, server, ends, rttUs, job, byServer } = group
  const { clientAddress, asked, accepted } = ends
  const isRewritten = asked.address.id !== accepted.address.id || asked.port !== accepted.port
  const told: ToldRecord[] = []
  for (const from of job === undefined ? [undefined] : toldSpans(job, tMs))
    for (const span of toldSpans(server, tMs)) {
      const window = from === undefined ? common(tMs, span) : common(tMs, from, span)
      if (window === undefined) continue
      const servers = processes.talking(server, span)
      for (const [n, flows] of byServer)
        told.push({
          record: {
            id: `${key}#s${n}.${span.index}${from === undefined ? '' : `.${from.index}`}`,
            server: (servers[n] as Running).id,
            clientAddress: clientAddress.id,
            serverAddress: accepted.address.id,
            serverPort: accepted.port,
            ...(isRewritten ? { originalAddress: asked.address.id, originalPort: asked.port } : {}),
            ...numbersOf(rttUs, flows, window, tMs, 'server'),
          },
          addresses: [clientAddress, accepted.address, asked.address],
          ports: () => (tMs < window.untilMs ? flows.flatMap((flow) => flow.ports(tMs)) : []),
        })
    }
  return told
}
