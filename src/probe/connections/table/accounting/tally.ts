import { AbsorbedRecords } from './absorbed-records.ts'
import type { ExitedProcesses } from './exited/exited-processes.ts'
import { NO_SHARE, type Share } from './share.ts'
import type { TallyIdentity } from './tally-identity.ts'
import { TimeCounts } from './time-counts.ts'

/** The fields of a share that are plain sums; times go into histograms instead. */
type Counter = Exclude<keyof Share, 'durationUs' | 'connectUs'>

const counters = Object.keys(NO_SHARE) as readonly Counter[]

const NONE: readonly string[] = []

type TallyStart = Pick<Tally, 'id' | 'key' | 'remotes' | 'identity' | 'sinceMs'>

/**
 * Running totals, since `sinceMs`, of all connections with one identity. Times are on the sources' clock
 * (CLOCK_MONOTONIC). A report sends each tally as a connection record.
 */
export class Tally {
  readonly id: string
  /** The result of `tallyKey`. */
  readonly key: string
  /** The result of `remotesKey`. */
  readonly remotes: string
  readonly identity: TallyIdentity
  /** When the first thing that it counts began. It goes back when something is added that began before. */
  sinceMs: number
  /** When the last event of any of its connections happened. */
  lastMs: number
  /** Whether a report had its record. */
  wasTold = false
  /** Incremented with each change of the counts. */
  version = 0
  readonly totals: Record<Counter, number> = { ...NO_SHARE }
  readonly durations = new TimeCounts()
  readonly connectTimes = new TimeCounts()
  /** Round trips of the connection measured last; 0 = none was measured. */
  rttUs = 0
  smoothedRttUs = 0
  /** The DNS name that the client of the newest connection had resolved; undefined when none is known. */
  serverName: string | undefined
  /**
   * The exited clients and servers that it stands for, shared with others that stand for the same; undefined where an end is a
   * single process, or none.
   */
  clients: ExitedProcesses | undefined
  servers: ExitedProcesses | undefined
  /** Before this time it must not be folded: it was not told for a while, and reports without it are compared with. */
  readyMs = Number.NEGATIVE_INFINITY
  /**
   * The tally that this one was folded into. A connection counted here may still be accepted and must then be moved on
   * from there.
   */
  foldedInto: Tally | undefined
  #absorbed: AbsorbedRecords | undefined

  constructor({ id, key, remotes, identity, sinceMs }: TallyStart) {
    this.id = id
    this.key = key
    this.remotes = remotes
    this.identity = identity
    this.sinceMs = sinceMs
    this.lastMs = sinceMs
  }

  /** Replaces the share that a connection had added by its new share. */
  change(before: Share, after: Share): void {
    this.version += 1
    const { totals } = this
    // Written out rather than looped for speed: it runs several times for each connection.
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

  /**
   * Ids of the tallies that reports had and whose counts were added to this one of late, oldest first; the same array until
   * there are others.
   */
  get absorbed(): readonly string[] {
    return this.#absorbed?.ids ?? NONE
  }

  /** Lets it begin at this time, if it began later. */
  reachBackTo(sinceMs: number): void {
    if (sinceMs >= this.sinceMs) return
    this.version += 1
    this.sinceMs = sinceMs
  }

  /**
   * Adds the counts of another tally, that of exited processes, which is no longer reported by itself.
   *
   * @param forgetMs what was absorbed before this time is no longer told as {@link absorbed}
   */
  absorb(other: Tally, nowMs: number, forgetMs: number): void {
    this.version += 1
    this.reachBackTo(other.sinceMs)
    this.succeed(other, nowMs, forgetMs)
    for (const counter of counters) this.totals[counter] += other.totals[counter]
    this.durations.absorb(other.durations)
    this.connectTimes.absorb(other.connectTimes)
    this.lastMs = Math.max(this.lastMs, other.lastMs)
    this.measured(other.rttUs, other.smoothedRttUs)
    this.serverName = other.serverName ?? this.serverName
    this.#meetThoseOf(other)
    other.foldedInto = this
  }

  /** Records that all that another tally has counted is counted here now. @param forgetMs see {@link absorb} */
  succeed(other: Tally, nowMs: number, forgetMs: number): void {
    const ids = other.wasTold ? [...other.absorbed, other.id] : other.absorbed
    if (ids.length === 0) return
    this.version += 1
    this.#absorbed ??= new AbsorbedRecords()
    this.#absorbed.add(ids, nowMs, forgetMs)
  }

  /** Records the round trips of its newest connection. @param rttUs 0 = not measured */
  measured(rttUs: number, smoothedRttUs: number): void {
    this.version += 1
    if (rttUs > 0) this.rttUs = rttUs
    if (smoothedRttUs > 0) this.smoothedRttUs = smoothedRttUs
  }

  /** Counts the processes of a connection among those that it stands for; each once. */
  meet({ client, server }: Pick<TallyIdentity, 'client' | 'server'>): void {
    if (client) this.clients?.meet(client)
    if (server) this.servers?.meet(server)
  }

  #meetThoseOf(other: Tally): void {
    const { client, server } = other.identity
    if (other.clients) this.clients?.join(other.clients)
    else if (client) this.clients?.meet(client)
    if (other.servers) this.servers?.join(other.servers)
    else if (server) this.servers?.meet(server)
  }

  /** True when none of its connections is open. */
  get isQuiet(): boolean {
    return this.totals.open === 0
  }

  /** True when it counts no connection any more, since all have moved to other tallies. */
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
