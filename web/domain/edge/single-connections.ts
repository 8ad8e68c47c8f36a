import type { ConnectionEnd, ConnectionsDocument, SingleConnection } from '../../../src/api/types.ts'
import { count, plural } from '../words/format.ts'
import { noneCameAbout } from './edge-flows.ts'

/** What single connections can be sorted by: the largest come first, and with `age` the newest. */
export type SortKey = 'age' | 'bytes' | 'rtt'

/** Payload bytes in both directions. */
export function totalBytes({ bytesSent, bytesReceived }: SingleConnection): number {
  return bytesSent + bytesReceived
}

const sizes: Readonly<Record<SortKey, (one: SingleConnection) => number>> = {
  age: (one) => -one.ageMs,
  bytes: totalBytes,
  rtt: (one) => one.rttUs ?? -1,
}

/** Sorts connections. Equal ones are ordered by their addresses, so that they do not swap from answer to answer. */
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

/** A connection with an id that identifies it from one answer to the next. */
export interface KnownConnection {
  readonly id: string
  readonly connection: SingleConnection
}

/**
 * Gives connections ids: the addresses of both ends and, for further connections between the same addresses, a number.
 */
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

/** The name of the process at an end; undefined when no probe sees the process and only its address is known. */
export function endName({ process }: ConnectionEnd, document: ConnectionsDocument): string | undefined {
  if (process === undefined) return undefined
  const { processNames = {} } = document
  const name = Object.hasOwn(processNames, process) ? processNames[process] : undefined
  return name ?? `process ${process.split(';')[1] ?? ''}`.trim()
}

/** `500 of 12 k, the newest`, `42 of 42` */
export function shownWords({ connections, total }: ConnectionsDocument): string {
  const words = `${count(connections.length)} of ${count(total)}`
  return connections.length < total ? `${words}, the newest` : words
}

/** Why probes did not answer, a sentence for each. */
export function probeProblems({ probes }: ConnectionsDocument): readonly string[] {
  return probes.flatMap(({ hostname, error }) =>
    error === undefined ? [] : [`The probe of ${hostname} did not tell its connections: ${ended(error)}`],
  )
}

/**
 * Why the list of single connections is empty.
 *
 * @param demo whether the app shows simulated data
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
