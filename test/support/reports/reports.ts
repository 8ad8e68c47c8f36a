import type { ControlDescription } from '../../../src/report/control/control.ts'
import { facts } from '../../../src/report/facts.ts'
import {
  type AddressScope,
  addressId,
  containerNodeId,
  hostNodeId,
  imageNodeId,
  processNodeId,
} from '../../../src/report/ids.ts'
import {
  type Address,
  type ConnectionRecord,
  type Fact,
  type Listener,
  type Metric,
  PROTOCOL,
  type Report,
  type ReportNode,
  reportSchema,
} from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'

/** Hex digits derived from a name, for ids that must look like hashes. */
export const hexOf = (name: string, length: number): string => {
  const digits = Buffer.from(name).toString('hex') || '0'
  return digits.repeat(Math.ceil(length / digits.length)).slice(0, length)
}

/** Parts of a report that a test cares about; all others get default values. */
export interface ReportParts {
  /** Host id; the host's name is the part before `~`. */
  readonly host?: string
  readonly probeId?: string
  readonly epoch?: string
  readonly seq?: number
  readonly uptimeMs?: number
  readonly intervalMs?: number
  /** The host's own node is added when none is given. */
  readonly nodes?: readonly ReportNode[]
  readonly metrics?: readonly Metric[]
  readonly connections?: readonly ConnectionRecord[]
  /** Addresses that connections refer to but that are missing here are added, without owners. */
  readonly addresses?: readonly Address[]
  readonly listeners?: readonly Listener[]
  readonly status?: Report['status']
  readonly controls?: Report['controls']
  readonly omitted?: Partial<Report['omitted']>
}

/** A valid report of one host. @throws when what was given makes it invalid */
export const report = (parts: ReportParts = {}): Report => {
  const host = parts.host ?? 'alpha'
  const nodes = [...(parts.nodes ?? [])]
  if (!nodes.some((node) => node.topology === 'host')) nodes.unshift(hostNode(host))
  return reportSchema.parse({
    envelope: {
      protocol: PROTOCOL,
      probeId: parts.probeId ?? hexOf(host, 16),
      epoch: parts.epoch ?? hexOf(`${host}-1`, 16),
      seq: parts.seq ?? 1,
      base: null,
      uptimeMs: parts.uptimeMs ?? 10_000,
      intervalMs: parts.intervalMs ?? 1000,
    },
    host: { id: host, name: hostName(host) },
    probe: { version: '0.1.0', pid: 1, cpuMs: 10, rssBytes: 50_000_000 },
    nodes,
    metrics: parts.metrics ?? [],
    connections: parts.connections ?? [],
    addresses: withNamedBy(parts.connections ?? [], parts.addresses ?? []),
    listeners: [...(parts.listeners ?? [])],
    status: parts.status ?? [
      { id: 'connections', mode: 'ebpf', state: 'ok', reason: '', sinceMs: 0, counters: {} },
    ],
    controls: [...(parts.controls ?? [])],
    omitted: { nodes: 0, metrics: 0, connections: 0, addresses: 0, listeners: 0, ...parts.omitted },
  })
}

/** The report as the app holds it. The probe started at 2026-01-01T00:00:00Z unless told otherwise. */
export const held = (of: Report, more: Partial<Omit<HeldReport, 'report'>> = {}): HeldReport => {
  const startedAtMs = more.startedAtMs ?? Date.UTC(2026, 0, 1)
  return {
    report: of,
    startedAtMs,
    arrivedAtMs: startedAtMs + of.envelope.uptimeMs,
    verified: true,
    ...more,
  }
}

const hostName = (hostId: string): string => hostId.split('~')[0] ?? hostId

type Facts = Record<string, Fact>

/** The node of a host. */
export const hostNode = (hostId: string, more: Facts = {}, controls: readonly string[] = []): ReportNode => ({
  id: hostNodeId(hostId),
  topology: 'host',
  name: hostName(hostId),
  facts: { [facts.hostName]: hostName(hostId), ...more },
  parents: {},
  controls: [...controls],
})

/**
 * The node of a process.
 *
 * @param more `container` is the id of a container (short names are fine, see `containerNode`)
 */
export const processNode = (
  hostId: string,
  pid: number,
  more: { name?: string; container?: string; facts?: Facts; controls?: readonly string[] } = {},
): ReportNode => ({
  id: processNodeId(hostId, pid),
  topology: 'process',
  name: more.name ?? `process-${pid}`,
  facts: { [facts.pid]: pid, ...more.facts },
  parents: {
    host: [hostNodeId(hostId)],
    ...(more.container === undefined ? {} : { container: [containerId(more.container)] }),
  },
  controls: [...(more.controls ?? [])],
})

/** Node id of the container that `containerNode` makes of a short name. */
export const containerId = (name: string): string => containerNodeId(hexOf(name, 64))

/** Node id of the image that `imageNode` makes of a name with tag. */
export const imageId = (nameWithTag: string): string => imageNodeId(hexOf(nameWithTag, 64))

/** The node of a running container. @param more `image` is a name with tag, such as `nginx:1.27` */
export const containerNode = (
  hostId: string,
  name: string,
  more: {
    image?: string
    state?: string
    labels?: Record<string, string>
    facts?: Facts
    controls?: readonly string[]
  } = {},
): ReportNode => ({
  id: containerId(name),
  topology: 'container',
  name,
  facts: {
    [facts.containerId]: hexOf(name, 64),
    [facts.containerState]: more.state ?? 'running',
    ...(more.image === undefined ? {} : imageFacts(more.image)),
    ...more.facts,
  },
  labels: more.labels ?? {},
  parents: {
    host: [hostNodeId(hostId)],
    ...(more.image === undefined ? {} : { container_image: [imageId(more.image)] }),
  },
  controls: [...(more.controls ?? [])],
})

const imageFacts = (nameWithTag: string): Facts => {
  const colon = nameWithTag.lastIndexOf(':')
  return {
    [facts.imageId]: hexOf(nameWithTag, 64),
    [facts.imageName]: colon > nameWithTag.lastIndexOf('/') ? nameWithTag.slice(0, colon) : nameWithTag,
    [facts.imageTag]: colon > nameWithTag.lastIndexOf('/') ? nameWithTag.slice(colon + 1) : 'latest',
  }
}

/** The node of an image. */
export const imageNode = (
  hostId: string,
  nameWithTag: string,
  more: { labels?: Record<string, string>; facts?: Facts } = {},
): ReportNode => ({
  id: imageId(nameWithTag),
  topology: 'container_image',
  name: nameWithTag,
  facts: { ...imageFacts(nameWithTag), ...more.facts },
  labels: more.labels ?? {},
  parents: { host: [hostNodeId(hostId)] },
  controls: [],
})

/** An address book entry. @param scope as `ids.ts` has it; left out: global */
export const address = (
  ip: string,
  scope: AddressScope = { kind: 'global' },
  more: { owners?: readonly string[]; names?: readonly string[]; prefixBits?: number } = {},
): Address => ({
  id: more.prefixBits === undefined ? addressId(scope, ip) : `${addressId(scope, ip)}/${more.prefixBits}`,
  ip,
  scope: scope.kind,
  ...(more.prefixBits === undefined ? {} : { prefixBits: more.prefixBits }),
  ...(more.owners === undefined ? {} : { owners: [...more.owners] }),
  ...(more.names === undefined ? {} : { names: [...more.names] }),
})

/** What a probe tells of a control: one of containers, called as its id is, unless told otherwise. */
export const control = (id: string, more: Partial<ControlDescription> = {}): ControlDescription => ({
  id,
  kind: 'container',
  label: id,
  icon: 'fa fa-stop',
  rank: 0,
  ...more,
})

/**
 * A listener of a process, known since uptime 1000 and never used unless told otherwise.
 *
 * @param at address and port: `0.0.0.0:80`, `[::]:80`
 */
export const listener = (process: string, at: string, more: Partial<Listener> = {}): Listener => {
  const colon = at.lastIndexOf(':')
  return {
    id: `${process} ${at}`,
    process,
    ip: at.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(at.slice(colon + 1)),
    isInHostNetwork: true,
    sinceMs: 1000,
    accepted: 0,
    ...more,
  }
}

type Numbers = Partial<
  Pick<
    ConnectionRecord,
    | 'id'
    | 'sinceMs'
    | 'absorbed'
    | 'lastMs'
    | 'open'
    | 'opened'
    | 'closed'
    | 'failed'
    | 'refused'
    | 'timedOut'
    | 'unreachable'
    | 'outOfPorts'
    | 'abandoned'
    | 'resetByClient'
    | 'resetByServer'
    | 'lost'
    | 'durations'
    | 'connectTimes'
    | 'bytesSent'
    | 'bytesReceived'
    | 'retransmits'
    | 'rttUs'
    | 'smoothedRttUs'
    | 'serverName'
    | 'originalAddress'
    | 'originalPort'
    | 'clientPorts'
  >
>

const numbers = (given: Numbers) => ({
  sinceMs: 1000,
  lastMs: 9000,
  open: 1,
  opened: 1,
  closed: 0,
  failed: 0,
  abandoned: 0,
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
  ...given,
})

/**
 * A pair record: both processes seen.
 *
 * @param at address book id of the server; left out: loopback of netns 1 of its host
 */
export const pair = (
  client: string,
  server: string,
  port: number,
  more: Numbers & { at?: string } = {},
): ConnectionRecord => {
  const { at, ...given } = more
  const hostId = server.split(';')[0] ?? ''
  const serverAddress = at ?? addressId({ kind: 'netns', hostId, netns: 1 }, '127.0.0.1')
  return {
    id: `${client}>${server}@${serverAddress}:${port}`,
    client,
    server,
    serverAddress,
    serverPort: port,
    ...numbers(given),
  }
}

/** A half record: one process and the two addresses (address book ids). */
export const half = (
  role: 'client' | 'server',
  process: string,
  ends: { clientAddress: string; serverAddress: string; port: number } & Numbers,
): ConnectionRecord => {
  const { clientAddress, serverAddress, port, ...given } = ends
  return {
    id: `${role}:${process}:${clientAddress}>${serverAddress}:${port}`,
    [role]: process,
    clientAddress,
    serverAddress,
    serverPort: port,
    ...numbers(given),
  }
}

/** A client's half: it connects to `serverAddress`. */
export const clientHalf = (process: string, ends: Parameters<typeof half>[2]): ConnectionRecord =>
  half('client', process, ends)

/** A server's half: `clientAddress` connects to it. */
export const serverHalf = (process: string, ends: Parameters<typeof half>[2]): ConnectionRecord =>
  half('server', process, ends)

const scopeOf = (id: string): Address['scope'] => {
  const prefix = id.slice(0, id.lastIndexOf(';'))
  if (prefix === '') return 'global'
  if (prefix.startsWith('network:')) return 'network'
  return /-\d+$/.test(prefix) ? 'netns' : 'host'
}

const withNamedBy = (connections: readonly ConnectionRecord[], given: readonly Address[]): Address[] => {
  const book = new Map(given.map((entry) => [entry.id, entry]))
  for (const record of connections) {
    for (const id of [record.clientAddress, record.serverAddress, record.originalAddress]) {
      if (id === undefined || book.has(id)) continue
      const [ip = '', bits] = id.slice(id.lastIndexOf(';') + 1).split('/')
      book.set(id, {
        id,
        ip,
        scope: scopeOf(id),
        ...(bits === undefined ? {} : { prefixBits: Number(bits) }),
      })
    }
  }
  return [...book.values()]
}
