import type { TranslationSink } from '../../nat/nat-source.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { ConnectionEvent, HeldEvent, OpenedEvent, Role, WaitingEvent } from '../sources/events.ts'
import type { ConnectionSink } from '../sources/source.ts'
import { type Account, Accounts, type AccountsHooks, type AccountsOptions } from './accounting/accounts.ts'
import type { Tally } from './accounting/tally.ts'
import { Listeners } from './listeners.ts'
import { Matcher, type MatcherOptions } from './matching/matcher.ts'

/** Options of the table; times are in milliseconds. */
export interface TableOptions extends MatcherOptions, AccountsOptions {}

/**
 * Turns the socket events of a source into tallies. Listening sockets go to {@link Listeners}. Connected sockets go to
 * {@link Matcher}, which finds the two ends of each connection and passes them to {@link Accounts}.
 *
 * It reads no clock: time comes only from the events and from the calls to `settle` and `tidy`.
 */
export class ConnectionTable implements ConnectionSink {
  readonly listeners: Listeners
  readonly #accounts: Accounts
  readonly #isProxy: (process: ProcessRef) => boolean
  readonly #matcher: Matcher
  /** True after the first `reconcile`: the sockets that were open at the start are known. */
  #reconciled = false
  /** True after the first list of connections that wait. */
  #sawWaiting = false
  #nowMs = 0
  #happened = 0

  constructor(options: TableOptions, hooks: AccountsHooks) {
    this.listeners = new Listeners(hooks.hasExited)
    this.#isProxy = (process) => hooks.isProxy(process)
    this.#accounts = new Accounts(options, this.listeners, hooks)
    this.#matcher = new Matcher(
      options,
      (socket) => this.listeners.isServerSide(socket),
      this.#accounts,
      this.listeners.addresses,
    )
  }

  get tallies(): Iterable<Tally> {
    return this.#accounts.tallies
  }

  /** Number of connected sockets that are followed. */
  get tracked(): number {
    return this.#matcher.size
  }

  /** How many connections and listening sockets began, ended or failed so far, as the source told at that moment. */
  get happened(): number {
    return this.#happened
  }

  /** Receives the address translations of this host. */
  get translations(): TranslationSink {
    return this.#matcher.translations
  }

  /** The counted connections with their tallies, oldest first. */
  get accounts(): Iterable<Account> {
    return this.#accounts
  }

  apply(events: readonly ConnectionEvent[]): void {
    for (const event of events) {
      this.#advance(event.timeMs)
      this.#applyOne(event)
    }
  }

  reconcile(events: readonly ConnectionEvent[]): void {
    const held = events.filter((event) => event.kind === 'held')
    // Several processes may hold one socket. The one that started last most likely serves it, so it comes first.
    held.sort((a, b) => b.process.startTicks - a.process.startTicks)
    // Listening sockets show which side of a connection is the server's, so they come first.
    const unheld = new Set(events.flatMap(({ kind, socket }) => (kind === 'unheld' ? [socket] : [])))
    this.listeners.reconcile(
      events.filter((event) => event.kind === 'listening'),
      unheld,
    )
    this.apply(held)
    this.#reconciled = true
    this.#matcher.handOver(held)
    this.#matcher.closeUnseen(new Set([...held.map((event) => event.socket), ...unheld]))
  }

  waiting(events: readonly WaitingEvent[]): void {
    const owned: WaitingEvent[] = []
    for (const event of events) {
      this.#advance(event.timeMs)
      this.listeners.addresses.learn(event.localIp, event.netns)
      const process = this.listeners.holderOf(event.socket)
      // Which connection a proxy makes for which it has accepted is told by their order.
      if (process && !this.#isProxy(process)) owned.push({ ...event, process })
    }
    this.#matcher.waiting(owned, this.#sawWaiting)
    this.#sawWaiting = true
  }

  /** Makes the decisions whose waiting time is over. Call it often. */
  settle(nowMs: number): void {
    this.#advance(nowMs)
    this.#matcher.settle()
    this.#accounts.settle(this.#nowMs)
  }

  /**
   * Folds similar tallies, drops what ended a while ago, and passes the listening sockets of ended processes to other
   * processes that hold them.
   *
   * @returns true when a listening socket has no known living holder, or the closing of a socket was missed, so that the source
   *   should find all sockets and their holders again and pass them to {@link reconcile}
   */
  tidy(nowMs: number): boolean {
    this.#advance(nowMs)
    this.#accounts.tidy(this.#nowMs)
    const isHolderUnknown = this.listeners.handOver()
    return this.#matcher.isClosingMissed() || isHolderUnknown
  }

  #advance(nowMs: number): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs
    this.#matcher.advance(this.#nowMs)
  }

  /** @returns true when the socket was not known before */
  #open(event: OpenedEvent | HeldEvent, role: Role, sawOpening: boolean): boolean {
    if (this.#matcher.open(event, role, sawOpening)) return true
    this.listeners.addresses.learn(event.localIp, event.netns)
    return false
  }

  #applyOne(event: ConnectionEvent): void {
    if (event.kind !== 'counters' && event.kind !== 'held') this.#happened++
    switch (event.kind) {
      case 'connected':
        this.#open(event, 'client', true)
        break
      case 'accepted':
        if (this.#open(event, 'server', true)) this.listeners.accepted(event)
        break
      case 'held':
        // A socket that the first walk did not find was opened since, so its opening event was missed.
        if (this.#open(event, event.role, this.#reconciled) && event.role !== 'client')
          this.listeners.accepted(event)
        break
      case 'failed':
        this.#accounts.failed(event, this.#nowMs)
        break
      case 'counters':
        this.#matcher.count(event.socket, event.counters, event.timeMs)
        break
      case 'closed':
        this.#matcher.close(event.socket, event.timeMs, event.counters, event.error)
        break
      case 'listening':
        this.listeners.add(event)
        break
      case 'unlistened':
        this.listeners.remove(event.socket)
    }
  }
}
