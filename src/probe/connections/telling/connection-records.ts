import type { ConnectionRecord } from '../../../report/schema.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Role } from '../table/accounting/exited/exited-processes.ts'
import type { Tally } from '../table/accounting/tally.ts'
import type { AddressBook } from './address-book.ts'

/** What is needed to turn tallies into records of a report. */
export interface ReportContext {
  readonly book: AddressBook
  /** Added to a time of the tallies' clock to get one of the probe's clock, ms. */
  readonly offsetMs: number
  /** Node id of a process; undefined when there is no node for it. */
  nodeId(process: ProcessRef): string | undefined
  /** Node id of the exited processes that an end of a tally stands for. */
  exitedId(tally: Tally, role: Role): string | undefined
}

interface Made {
  readonly version: number
  readonly lastMs: number
  readonly serverName: string | undefined
  readonly clientPorts: readonly number[] | undefined
  /** `sinceMs` of the first record of the tally. */
  readonly beganMs: number
  readonly record: ConnectionRecord
}

/**
 * Turns tallies into connection records. Most tallies do not change from one report to the next, so their records are
 * cached.
 */
export class RecordMaker {
  readonly #made = new WeakMap<Tally, Made>()

  /**
   * The record of a tally; the same object as before when nothing in it has changed.
   *
   * @param clientPorts the same array as before when it has not changed
   * @returns undefined when neither of its processes has a node
   */
  of(
    tally: Tally,
    context: ReportContext,
    clientPorts: readonly number[] | undefined,
  ): ConnectionRecord | undefined {
    const ends = endsOf(tally, context)
    if (ends.client === undefined && ends.server === undefined) return undefined
    const made = this.#made.get(tally)
    if (made?.clientPorts === clientPorts && made && isAsMade(made, tally, ends)) return made.record
    const { version, lastMs, serverName, absorbed } = tally
    tally.wasTold = true
    const sinceMs = Math.max(0, tally.sinceMs + context.offsetMs)
    const beganMs = made?.beganMs ?? sinceMs
    const record: ConnectionRecord = {
      id: tally.id,
      ...ends,
      ...(serverName === undefined ? {} : { serverName }),
      ...(clientPorts === undefined ? {} : { clientPorts: [...clientPorts] }),
      sinceMs,
      ...(absorbed.length > 0 || sinceMs < beganMs ? { absorbed: { beganMs, records: [...absorbed] } } : {}),
      lastMs: Math.max(0, lastMs + context.offsetMs),
      ...numbersOf(tally),
    }
    this.#made.set(tally, { version, lastMs, serverName, clientPorts, beganMs, record })
    return record
  }
}

type Ends = Pick<
  ConnectionRecord,
  'client' | 'server' | 'clientAddress' | 'serverAddress' | 'serverPort' | 'originalAddress' | 'originalPort'
>

const endsOf = (tally: Tally, context: ReportContext): Ends => {
  const { client, server, serverIp, serverPort, netns, clientIp, remotePrefixBits, asked } = tally.identity
  const clientId = tally.clients ? context.exitedId(tally, 'client') : client && context.nodeId(client)
  const serverId = tally.servers ? context.exitedId(tally, 'server') : server && context.nodeId(server)
  const bits = remotePrefixBits === undefined ? {} : { prefixBits: remotePrefixBits }
  const { book } = context
  const isTold = clientId !== undefined || serverId !== undefined
  const enter: AddressBook['enter'] = (ip, at, more) => (isTold ? book.enter(ip, at, more) : '')
  return {
    ...(clientId === undefined ? {} : { client: clientId }),
    ...(serverId === undefined ? {} : { server: serverId }),
    ...(clientIp === undefined
      ? {}
      : { clientAddress: enter(clientIp, netns, { ...(client ? {} : bits), outside: !client }) }),
    serverAddress: enter(serverIp, netns, { ...(client ? bits : {}), outside: !server }),
    serverPort,
    ...(asked
      ? { originalAddress: enter(asked.ip, netns, { outside: false }), originalPort: asked.port }
      : {}),
  }
}

const isAsMade = ({ version, lastMs, serverName, record }: Made, tally: Tally, ends: Ends): boolean =>
  version === tally.version &&
  lastMs === tally.lastMs &&
  serverName === tally.serverName &&
  record.client === ends.client &&
  record.server === ends.server &&
  record.clientAddress === ends.clientAddress &&
  record.serverAddress === ends.serverAddress &&
  record.originalAddress === ends.originalAddress

type Numbers = Omit<ConnectionRecord, 'id' | 'serverAddress' | 'serverPort' | 'sinceMs' | 'lastMs'>

/**
 * The counters of a record. Rare ones are left out when they are 0, since there may be many records and most have none.
 */
const numbersOf = ({ totals, durations, connectTimes, rttUs, smoothedRttUs }: Tally): Numbers => {
  const { refused, timedOut, unreachable, outOfPorts, resetByClient, resetByServer, lost, ...common } = totals
  const rare = { refused, timedOut, unreachable, outOfPorts, resetByClient, resetByServer, lost }
  return {
    ...common,
    ...positive({ ...rare, rttUs, smoothedRttUs }),
    ...(durations.histogram && { durations: durations.histogram }),
    ...(connectTimes.histogram && { connectTimes: connectTimes.histogram }),
  }
}

const positive = <Key extends string>(numbers: Record<Key, number>): Partial<Record<Key, number>> => {
  const kept: Partial<Record<Key, number>> = {}
  for (const key in numbers) if (numbers[key] > 0) kept[key] = numbers[key]
  return kept
}
