import { prefixOf } from '../../../report/ip.ts'
import type { ProcessRef } from '../../process/directory.ts'
import { FoldedRecord, NO_SHARE, type RecordIdentity, recordKey } from './record.ts'
import { isScoped } from './tuple-key.ts'

/** When records fold and go. */
export interface RecordBookOptions {
  /** How long a record without open connections stays after its last event, ms. */
  readonly retentionMs: number
  /** More exited clients alike than this fold into one record. Rule 10 of the model. */
  readonly exitedClientsApart: number
  /** More addresses elsewhere than this, for one process and port, fold by prefix. Rule 13 of the model. */
  readonly remotesApart: number
}

/** What the book tells its owner. */
export interface RecordHooks {
  created(record: FoldedRecord): void
  removed(record: FoldedRecord): void
  hasExited(process: ProcessRef): boolean
}

/** How coarse addresses elsewhere become, finest first: bits of IPv4 and IPv6. */
const PREFIXES = [
  [24, 64],
  [8, 32],
] as const

/** All records: finds where a connection belongs, folds what has become too much, lets go of what is over. */
export class RecordBook {
  readonly #options: RecordBookOptions
  readonly #hooks: RecordHooks
  readonly #records = new Map<string, FoldedRecord>()
  /** Half records by process, port and prefix length. */
  readonly #remotes = new Map<string, number>()
  #nextId = 1

  constructor(options: RecordBookOptions, hooks: RecordHooks) {
    this.#options = options
    this.#hooks = hooks
  }

  [Symbol.iterator](): Iterator<FoldedRecord> {
    return this.#records.values()
  }

  /** The record where connections alike belong; made when there is none. */
  find(found: RecordIdentity, nowMs: number): FoldedRecord {
    const identity: RecordIdentity = { ...found, netns: isScoped(found.serverIp) ? found.netns : 0 }
    if (identity.client && this.#hooks.hasExited(identity.client)) {
      const group = this.#records.get(recordKey({ ...identity, exitedClients: true }))
      if (group?.identity.exitedClients) {
        group.clients += 1
        return group
      }
    }
    const known = this.#records.get(recordKey(identity))
    return known ?? this.#make(this.#coarse(identity), nowMs)
  }

  remove(record: FoldedRecord): void {
    if (!this.#records.delete(record.key)) return
    const group = remotesKey(record.identity)
    const left = (this.#remotes.get(group) ?? 1) - 1
    if (left > 0) this.#remotes.set(group, left)
    else this.#remotes.delete(group)
    this.#hooks.removed(record)
  }

  /** Folds exited clients that are alike, and lets go of records that ended a while ago. */
  tidy(nowMs: number): void {
    this.#foldExitedClients(nowMs)
    for (const record of this.#records.values())
      if (record.isQuiet && record.lastMs + this.#options.retentionMs <= nowMs) this.remove(record)
  }

  #make(identity: RecordIdentity, nowMs: number): FoldedRecord {
    const key = recordKey(identity)
    const known = this.#records.get(key)
    if (known) return known
    const record = new FoldedRecord(`c${this.#nextId++}`, key, identity, nowMs)
    this.#records.set(key, record)
    const group = remotesKey(identity)
    this.#remotes.set(group, (this.#remotes.get(group) ?? 0) + 1)
    this.#hooks.created(record)
    return record
  }

  /** The identity itself, or that of all addresses around it when there are too many by now. */
  #coarse(identity: RecordIdentity): RecordIdentity {
    const ip = remoteIp(identity)
    if (ip === undefined || isScoped(ip)) return identity
    let chosen = identity
    for (const [v4Bits, v6Bits] of PREFIXES) {
      if ((this.#remotes.get(remotesKey(chosen)) ?? 0) < this.#options.remotesApart) return chosen
      const [base = ip, bits = ''] = prefixOf(ip, v4Bits, v6Bits)?.split('/') ?? []
      const folded: RecordIdentity = { ...identity, remotePrefixBits: Number(bits) }
      chosen = identity.client ? { ...folded, serverIp: base } : { ...folded, clientIp: base }
    }
    return chosen
  }

  #foldExitedClients(nowMs: number): void {
    const alike = new Map<string, FoldedRecord[]>()
    for (const record of this.#records.values()) {
      const { client, exitedClients } = record.identity
      if (!client || exitedClients || !record.isQuiet || !this.#hooks.hasExited(client)) continue
      const key = recordKey({ ...record.identity, exitedClients: true })
      const others = alike.get(key)
      if (others) others.push(record)
      else alike.set(key, [record])
    }
    for (const [key, records] of alike) {
      const [first] = records
      if (!first || (records.length <= this.#options.exitedClientsApart && !this.#records.has(key))) continue
      const group = this.#records.get(key) ?? this.#make({ ...first.identity, exitedClients: true }, nowMs)
      if (group.isEmpty) group.clients = 0
      for (const record of records) {
        group.change(NO_SHARE, record.totals)
        record.foldedInto = group
        group.clients += 1
        group.lastMs = Math.max(group.lastMs, record.lastMs)
        group.rttUs = record.rttUs || group.rttUs
        this.remove(record)
      }
    }
  }
}

/** The address that is not of this host; undefined when both ends are. */
const remoteIp = ({ client, server, serverIp, clientIp }: RecordIdentity): string | undefined => {
  if (client && server) return undefined
  return client ? serverIp : clientIp
}

const remotesKey = ({ client, server, serverPort, remotePrefixBits }: RecordIdentity): string => {
  const process = client ?? server
  return `${client ? '>' : '<'}${client && server ? '=' : ''}${process?.pid}:${process?.startTicks}|${serverPort}|${remotePrefixBits ?? ''}`
}
