import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describeError, type Logger } from '../../log/log.ts'
import { NetlinkError, type NetlinkSocket } from '../../native/netlink/netlink-socket.ts'
import { type Backoff, createBackoff } from '../../pacing/backoff.ts'
import { type Every, onTimerOfItsOwn } from '../heartbeat.ts'
import { dump, type MessageReader, openDump, openEvents, readMessages } from './conntrack-socket.ts'
import { KnownTranslations } from './known-translations.ts'
import type { NatSource, TranslationSink } from './nat-source.ts'
import { eventsOff, whyNot } from './why-not.ts'

/** What {@link createConntrackSource} needs. */
export interface ConntrackOptions {
  readonly procRoot: string
  readonly log: Logger
  /** Scheduler for reading the events; own timer by default. */
  readonly every?: Every
  /** Limit on the connections remembered. */
  readonly maxTranslations?: number
  /** Size of the kernel's buffer for events that wait to be read. */
  readonly eventBufferBytes?: number
}

const READ_INTERVAL_MS = 100
/**
 * Room for more than 6,000 events, as many as a storm brings between two reads. The kernel allocates it only as events
 * arrive.
 */
const EVENT_BUFFER_BYTES = 4 * 1024 * 1024
const MAX_TRANSLATIONS = 65_536
/**
 * How many datagrams are read at a time, so that a storm of events does not block the probe. The rest is read the next
 * time.
 */
const DATAGRAMS_A_TURN = 2000
/** Shortest interval between dumps after a loss. */
const REPAIR_INTERVAL_MS = 1000
const EVENTS_OFF_INTERVAL_MS = 5000
const BACKOFF = { firstMs: 1000, longestMs: 60_000, random: Math.random }

/**
 * Creates a source for the translations of the probe's network namespace, from the kernel's connection tracking over
 * netlink. It reads events, which the kernel filters, and makes a full dump at the start and after a loss.
 */
export const createConntrackSource = (options: ConntrackOptions): NatSource => new ConntrackSource(options)

class ConntrackSource implements NatSource {
  readonly #options: ConntrackOptions
  readonly #backoff: Backoff = createBackoff(BACKOFF)
  readonly #counters = { dumps: 0, overflows: 0, malformed: 0 }
  #known: KnownTranslations | undefined
  #events: NetlinkSocket | undefined
  #retry: NodeJS.Timeout | undefined
  #endReading = (): void => {}
  #stopping = new AbortController()
  #dumping: Promise<void> | undefined
  #lastDumpMs = Number.NEGATIVE_INFINITY
  #lost = false
  #eventsOff = false
  #failure: string | undefined = 'starting'

  constructor(options: ConntrackOptions) {
    this.#options = options
  }

  async start(sink: TranslationSink): Promise<void> {
    this.#stopping = new AbortController()
    this.#known = new KnownTranslations(sink, this.#options.maxTranslations ?? MAX_TRANSLATIONS)
    await this.#open()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#retry)
    this.#endReading()
    await this.#dumping
    this.#events?.close()
    this.#events = undefined
  }

  status(): ReturnType<NatSource['status']> {
    const counters = { ...this.#known?.counters, ...this.#counters }
    if (this.#failure !== undefined) {
      const state = this.#failure === 'starting' ? 'waiting' : 'degraded'
      return { mode: 'off', state, reason: this.#failure, counters }
    }
    if (this.#eventsOff) return { mode: 'conntrack', state: 'degraded', reason: eventsOff, counters }
    if (this.#lost) {
      const reason =
        'more translated connections came at once than could be read; looking at all of them again'
      return { mode: 'conntrack', state: 'degraded', reason, counters }
    }
    return { mode: 'conntrack', state: 'ok', reason: '', counters }
  }

  async #open(): Promise<void> {
    try {
      this.#events = openEvents(this.#options.eventBufferBytes ?? EVENT_BUFFER_BYTES)
      await this.#dump()
      if (this.#stopping.signal.aborted) return
      this.#failure = undefined
      this.#backoff.reset()
      this.#options.log.info('address translations are told by the kernel’s connection tracking')
      this.#endReading = (this.#options.every ?? onTimerOfItsOwn)(READ_INTERVAL_MS, () => this.#turn())
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.#endReading()
    this.#events?.close()
    this.#events = undefined
    const reason = whyNot(error)
    if (reason !== this.#failure)
      this.#options.log.warn(`${reason}; translated connections show as two`, { error })
    this.#failure = reason
    if (!this.#stopping.signal.aborted)
      this.#retry = setTimeout(() => void this.#open(), this.#backoff.next())
  }

  /** @returns whether a translation began or ended since the last turn */
  #turn(): boolean {
    let hasRead = false
    try {
      hasRead = this.#readEvents()
    } catch (error) {
      this.#failed(error)
      return false
    }
    if (this.#dumpIsDue()) this.#dumping ??= this.#repair()
    return hasRead
  }

  #readEvents(): boolean {
    if (!this.#events) return false
    let hasRead = false
    try {
      readMessages(
        this.#events,
        DATAGRAMS_A_TURN,
        this.#reader((tracked) => {
          hasRead = true
          this.#known?.apply(tracked)
        }),
      )
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.errno !== constants.errno.ENOBUFS) throw error
      this.#counters.overflows++
      this.#lost = true
      hasRead = true
    }
    return hasRead
  }

  #dumpIsDue(): boolean {
    const sinceMs = performance.now() - this.#lastDumpMs
    if (this.#lost) return sinceMs >= REPAIR_INTERVAL_MS
    return this.#eventsOff && sinceMs >= EVENTS_OFF_INTERVAL_MS
  }

  async #repair(): Promise<void> {
    try {
      await this.#dump()
    } catch (error) {
      // Events are still read, and the next turn tries again.
      this.#lost = true
      this.#options.log.warn(`a look at all translated connections failed: ${describeError(error)}`)
    } finally {
      this.#dumping = undefined
    }
  }

  /** @throws {NetlinkError} */
  async #dump(): Promise<void> {
    const known = this.#known
    if (!known) return
    this.#lost = false
    this.#eventsOff = areEventsOff(this.#options.procRoot)
    this.#lastDumpMs = performance.now()
    this.#counters.dumps++
    const socket = openDump()
    known.beginDump()
    let whole = false
    try {
      const reader = this.#reader((tracked) => known.seen(tracked))
      whole = await dump({ socket, reader, signal: this.#stopping.signal, pause: () => setImmediate() })
      if (!whole) this.#lost = true
    } finally {
      known.endDump(whole)
      socket.close()
    }
  }

  #reader(tracked: MessageReader['tracked']): MessageReader {
    return { tracked, malformed: () => void this.#counters.malformed++ }
  }
}

const areEventsOff = (procRoot: string): boolean => {
  try {
    return readFileSync(join(procRoot, 'sys/net/netfilter/nf_conntrack_events'), 'utf8').trim() === '0'
  } catch {
    // The file is missing in a container with /proc/sys hidden. Assume that events are on, which is the default.
    return false
  }
}
