import { facts } from '../../src/report/facts.ts'
import type { Address, ConnectionRecord, Listener, Report, ReportNode } from '../../src/report/schema.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { sanitiseIp, sanitiseNetwork } from './sanitise-address.ts'
import { type FactTools, sanitiseFacts } from './sanitise-facts.ts'
import { sanitiseLabels } from './sanitise-labels.ts'
import { nameOf, type Replacements, sanitiseDomain, sanitiseText } from './sanitise-text.ts'

/** What besides names of programs, images, containers, networks, stacks and units stays. */
export interface SanitiseOptions {
  /** The same for all reports that belong together. */
  readonly pseudonyms?: Pseudonyms
  /** Keys of labels that stay as they are. */
  readonly keepLabels?: readonly string[]
}

/** When every recorded machine was booted. */
const BOOTED_MS = Date.UTC(2026, 0, 1)
const ISO_DATE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/**
 * A report without what tells of the machine and its people: names and ids of hosts, ids of containers, images, networks and
 * probes, public addresses, domain names, arguments of command lines, paths, values of labels, dates. The same becomes the
 * same, so that the report says as much as before. What there is no rule for is left out.
 */
export const sanitiseReport = (report: Report, options: SanitiseOptions = {}): Report => {
  const { pseudonyms = new Pseudonyms(), keepLabels = [] } = options
  const { host } = report
  const hostName = pseudonyms.of('host', host.name)
  const hostId =
    host.id === host.name
      ? hostName
      : pseudonyms.of('host-id', host.id, (n) => `${hostName}~${String(n).padStart(8, '0')}`)
  const replacements: Replacements = [
    [host.id, hostId],
    [host.name, hostName],
    [host.name.split('.')[0] ?? '', hostName],
  ]
  const text = (given: string) => sanitiseText(given, replacements, pseudonyms)
  const id = (given: string) => sanitiseId(given, host.id, hostId, pseudonyms)
  const shiftMs = bootedMs(report) - BOOTED_MS
  const date = (given: string) =>
    given.replace(ISO_DATE, (iso) => new Date(Date.parse(iso) - shiftMs).toISOString())
  const keep = new Set(keepLabels)
  const addressId = (given: string | undefined) => (given === undefined ? undefined : id(given))

  const sanitiseNode = (node: ReportNode): ReportNode => {
    const hostname = (name: string) => {
      if (name === host.name) return hostName
      const own = node.id.split(';')[0] ?? ''
      if (name.length >= 12 && own.startsWith(name)) return pseudonyms.hex(own).slice(0, name.length)
      return name === node.name ? text(name) : pseudonyms.of('hostname', name)
    }
    const tools: FactTools = { pseudonyms, id, text, hostname, date }
    const name = node.topology === 'process' ? nameOf(node.name) : text(node.name)
    return {
      id: id(node.id),
      topology: node.topology,
      name,
      facts: sanitiseFacts(node.facts, tools),
      ...(node.labels && { labels: sanitiseLabels(node.labels, keep, pseudonyms, text) }),
      parents: Object.fromEntries(
        Object.entries(node.parents).map(([topology, ids]) => [topology, ids.map(id)]),
      ),
      controls: node.controls,
    }
  }
  const sanitiseAddress = ({ id: given, ip, scope, prefixBits, owners, names }: Address): Address => ({
    id: id(given),
    ip:
      prefixBits === undefined
        ? sanitiseIp(ip, pseudonyms)
        : (sanitiseNetwork(`${ip}/${prefixBits}`, pseudonyms).split('/')[0] ?? ''),
    scope,
    ...(prefixBits !== undefined && { prefixBits }),
    ...(owners && { owners: owners.map(id) }),
    ...(names && { names: names.map((name) => sanitiseDomain(name, pseudonyms)) }),
  })
  const sanitiseConnection = (record: ConnectionRecord): ConnectionRecord => {
    const { client, server, clientAddress, serverAddress, originalAddress, serverName, ...numbers } = record
    return defined<ConnectionRecord>({
      ...numbers,
      id: pseudonyms.of('connection', record.id),
      client: addressId(client),
      server: addressId(server),
      clientAddress: addressId(clientAddress),
      serverAddress: id(serverAddress),
      originalAddress: addressId(originalAddress),
      serverName: serverName === undefined ? undefined : sanitiseDomain(serverName, pseudonyms),
    })
  }
  const sanitiseListener = ({ ip, lastPeer, ...listener }: Listener): Listener => ({
    ...listener,
    id: pseudonyms.of('listener', listener.id),
    process: id(listener.process),
    ip: sanitiseIp(ip, pseudonyms),
    ...(lastPeer !== undefined && { lastPeer: sanitiseIp(lastPeer, pseudonyms) }),
  })

  return {
    envelope: {
      ...report.envelope,
      probeId: pseudonyms.hex(report.envelope.probeId),
      epoch: pseudonyms.hex(report.envelope.epoch),
    },
    host: { id: hostId, name: hostName },
    probe: report.probe,
    nodes: report.nodes.map(sanitiseNode),
    metrics: report.metrics.map((metric) => ({ ...metric, node: id(metric.node) })),
    connections: report.connections.map(sanitiseConnection),
    addresses: report.addresses.map(sanitiseAddress),
    listeners: report.listeners.map(sanitiseListener),
    status: report.status.map((status) => ({ ...status, reason: status.reason === '' ? '' : 'a reason' })),
    controls: report.controls,
    omitted: report.omitted,
  }
}

const bootedMs = ({ nodes }: Report): number => {
  const booted = nodes.find(({ topology }) => topology === 'host')?.facts[facts.bootedAt]
  return typeof booted === 'string' ? Date.parse(booted) : BOOTED_MS
}

const defined = <T extends object>(given: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T

/** Ids are made of parts between semicolons: of hosts, of processes, hashes, addresses, and what kind of thing it is. */
const sanitiseId = (id: string, hostId: string, newHostId: string, pseudonyms: Pseudonyms): string =>
  id
    .split(';')
    .map((part) => {
      // Before numbers: a hash may happen to have no letters.
      if (/^([0-9a-f]{64}|[0-9a-f]{16})$/.test(part)) return pseudonyms.hex(part)
      if (part === '' || /^(\d+|<\w+>|exited)$/.test(part)) return part
      if (part === hostId) return newHostId
      if (part.startsWith(`${hostId}-`) && /^\d+$/.test(part.slice(hostId.length + 1)))
        return newHostId + part.slice(hostId.length)
      if (part.startsWith('network:')) return `network:${pseudonyms.hex(part.slice('network:'.length), 64)}`
      if (/^[0-9a-f.:]+(\/\d+)?$/.test(part)) return sanitiseNetwork(part, pseudonyms)
      return pseudonyms.of('part', part)
    })
    .join(';')
