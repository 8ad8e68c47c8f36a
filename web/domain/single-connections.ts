import type { ConnectionEnd, ConnectionsDocument, SingleConnection } from '../../src/api/types.ts'
import { noneCameAbout } from './edge-flows.ts'
import { count, plural } from './format.ts'

/** What single connections can be sorted by, largest first; `age`: newest first. */
export type SortKey = 'age' | 'bytes' | 'rtt'

/** Payload in both directions. */
export function totalBytes({ bytesSent, bytesReceived }: SingleConnection): number {
  return bytesSent + bytesReceived
}

const sizes: Readonly<Record<SortKey, (one: SingleConnection) => number>> = {
  age: (one) => -one.ageMs,
  bytes: totalBytes,
  rtt: (one) => one.rttUs ?? -1,
}

/** Sorted; those alike keep one order from answer to answer. */
export function sortConnections(
  connections: readonly SingleConnection[],
  by: SortKey,
): readonly SingleConnection[] {
  const size = sizes[by]
  return connections
    .map((connection) => ({ connection, size: size(connection), tie: tuple(connection) }))
    .sort((a, b) => b.size - a.size || (a.tie < b.tie ? -1 : 1))
    .map(({ connection }) => connection)
}

/** A connection with what it is known by, from answer to answer. */
export interface KnownConnection {
  readonly id: string
  readonly connection: SingleConnection
}

/** Connections with ids: their addresses, and where one pair of addresses was used again, which of its connections it is. */
export function knownConnections(connections: readonly SingleConnection[]): readonly KnownConnection[] {
  const seen = new Map<string, number>()
  return connections.map((connection) => {
    const ends = tuple(connection)
    const before = seen.get(ends) ?? 0
    seen.set(ends, before + 1)
    return { id: before === 0 ? ends : `${ends} ${before}`, connection }
  })
}

/** `10.0.0.1:80`, `[::1]:80` */
export function addressText({ ip, port }: Pick<ConnectionEnd, 'ip' | 'port'>): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

/** What the process of an end is called; undefined where no probe sees it, and only an address is known. */
export function endName({ process }: ConnectionEnd, document: ConnectionsDocument): string | undefined {
  if (process === undefined) return undefined
  return document.processNames?.[process] ?? `process ${process.split(';')[1] ?? ''}`.trim()
}

/** `500 of 12 k, the newest`, `42 of 42` */
export function shownWords({ connections, total }: ConnectionsDocument): string {
  const words = `${count(connections.length)} of ${count(total)}`
  return connections.length < total ? `${words}, the newest` : words
}

/** What kept probes from answering, in whole sentences. */
export function probeProblems({ probes }: ConnectionsDocument): readonly string[] {
  return probes.flatMap(({ hostname, error }) =>
    error === undefined ? [] : [`The probe of ${hostname} did not tell its connections: ${ended(error)}`],
  )
}

/**
 * Why the list is empty.
 *
 * @param demo all that is shown is simulated
 */
export function noneWords({ probes, flows }: ConnectionsDocument, demo: boolean): string {
  if (noneCameAbout({ flows })) return 'None ever came about. Above is who tried, and why it failed.'
  if (demo) return 'The demo simulates the numbers above. Of a real host, each connection is listed here.'
  const answered = probes.filter((probe) => probe.error === undefined).length
  if (probes.length === 0) return 'No probe sees the connections of this edge one by one.'
  if (answered === 0) return 'No probe answered.'
  return `No connection is there at this moment, says ${answered === 1 ? 'the probe' : plural(answered, 'probe')}.`
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function tuple({ client, server }: SingleConnection): string {
  return `${addressText(client)} ${addressText(server)}`
}
