import type { ProcessRef } from '../../../process/directory.ts'
import { NO_SHARE, type Share } from './share.ts'
import { TimeCounts } from './time-counts.ts'

/** Which connections are counted in one tally: rule 2 of the model. */
export interface TallyIdentity {
  readonly client?: ProcessRef
  readonly server?: ProcessRef
  /** The address connected to, and the namespace in which it means that. */
  readonly serverIp: string
  readonly serverPort: number
  readonly netns: number
  /** Only where one side is not a process of this host. */
  readonly clientIp?: string
  /** What the client elsewhere asked for, where that was rewritten on its way here. */
  readonly asked?: { readonly ip: string; readonly port: number }
  /** The address that is not of this host stands for all with this prefix; it is the first of them. Rule 13 of the model. */
  readonly remotePrefixBits?: number
  /** Stands for all clients alike in name and cgroup that ended; `client` is the first of them. */
  readonly exitedClients?: boolean
}

/** What of a share adds up as it is. */
type Counter = Exclude<keyof Share, 'durationUs' | 'connectUs'>

const counters = Object.keys(NO_SHARE) as readonly Counter[]

/** Exited clients that are remembered one by one. */
const MAX_MET = 256

type TallyStart = Pick<Tally, 'id' | 'key' | 'remotes' | 'identity' | 'sinceMs'>

/** Running totals of all connections alike since `sinceMs`; times on the sources' clock. A report tells it as a connection record. */
export class Tally {
  readonly id: string
  /** Of {@link tallyKey}. */
  readonly key: string
  /** Alike for those that differ in nothing but the address elsewhere. */
  readonly remotes: string
  readonly identity: TallyIdentity
  readonly sinceMs: number
  /** When something happened last. */
  lastMs: number
  /** Grows whenever what it has counted changes. */
  version = 0
  readonly totals: Record<Counter, number> = { ...NO_SHARE }
  readonly durations = new TimeCounts()
  readonly connectTimes = new TimeCounts()
  /** Of its newest measured connection; 0 = none was measured. */
  rttUs = 0
  smoothedRttUs = 0
  /** What its newest connection was asked for by name. */
  serverName: string | undefined
  /** Processes that the tally stands for, when it stands for exited clients. */
  clients = 0
  /** The newest of them, so that one with several connections is counted once. */
  #met: Set<string> | undefined
  /** Where what it counted was moved to; a connection of it may yet be accepted, and move on from there. */
  foldedInto: Tally | undefined

  constructor({ id, key, remotes, identity, sinceMs }: TallyStart) {
    this.id = id
    this.key = key
    this.remotes = remotes
    this.identity = identity
    this.sinceMs = sinceMs
    this.lastMs = sinceMs
  }

  /** Replaces what a connection had added by what it adds now. */
  change(before: Share, after: Share): void {
    this.version += 1
    const { totals } = this
    // written out, since it is done several times for each connection
    totals.open += after.open - before.open
    totals.opened += after.opened - before.opened
    totals.closed += after.closed - before.closed
    totals.failed += after.failed - before.failed
    totals.refused += after.refused - before.refused
    totals.timedOut += after.timedOut - before.timedOut
    totals.unreachable += after.unreachable - before.unreachable
    totals.outOfPorts += after.outOfPorts - before.outOfPorts
    totals.abandoned += after.abandoned - before.abandoned
    totals.resetByClient += after.resetByClient - before.resetByClient
    totals.resetByServer += after.resetByServer - before.resetByServer
    totals.lost += after.lost - before.lost
    totals.bytesSent += after.bytesSent - before.bytesSent
    totals.bytesReceived += after.bytesReceived - before.bytesReceived
    totals.retransmits += after.retransmits - before.retransmits
    this.durations.change(before.durationUs, after.durationUs)
    this.connectTimes.change(before.connectUs, after.connectUs)
  }

  /** Counts all that another tally has counted for a client that has exited, and which is told no more. */
  absorb(other: Tally): void {
    this.version += 1
    for (const counter of counters) this.totals[counter] += other.totals[counter]
    this.durations.absorb(other.durations)
    this.connectTimes.absorb(other.connectTimes)
    this.lastMs = Math.max(this.lastMs, other.lastMs)
    this.measured(other.rttUs, other.smoothedRttUs)
    this.serverName = other.serverName ?? this.serverName
    if (other.identity.client) this.meet(other.identity.client)
    other.foldedInto = this
  }

  /** Takes in the round trips of its newest connection. @param rttUs 0 = not measured */
  measured(rttUs: number, smoothedRttUs: number): void {
    this.version += 1
    if (rttUs > 0) this.rttUs = rttUs
    if (smoothedRttUs > 0) this.smoothedRttUs = smoothedRttUs
  }

  /** Counts a client that has exited among those that the tally stands for. */
  meet(client: ProcessRef): void {
    const key = processKey(client)
    this.#met ??= new Set()
    if (this.#met.has(key)) return
    this.clients += 1
    this.#met.add(key)
    if (this.#met.size <= MAX_MET) return
    const [oldest = key] = this.#met
    this.#met.delete(oldest)
  }

  /** True when nothing is left of it but its totals. */
  get isQuiet(): boolean {
    return this.totals.open === 0
  }

  /** True when all that it counted has moved to another tally. */
  get isEmpty(): boolean {
    return (
      this.totals.open === 0 &&
      this.totals.opened === 0 &&
      this.totals.closed === 0 &&
      this.totals.failed === 0 &&
      this.totals.abandoned === 0
    )
  }
}

const processKey = (process: ProcessRef | undefined): string =>
  process ? `${process.pid}:${process.startTicks}` : ''

/** Connections with the same key are counted in one tally. */
export const tallyKey = (identity: TallyIdentity): string =>
  [
    identity.exitedClients && identity.client
      ? `${identity.client.comm}:${identity.client.cgroupId}:${identity.client.netns}`
      : processKey(identity.client),
    processKey(identity.server),
    identity.serverIp,
    identity.serverPort,
    identity.netns,
    identity.clientIp ?? '',
    identity.remotePrefixBits ?? '',
    identity.asked ? `${identity.asked.ip}:${identity.asked.port}` : '',
  ].join('|')
