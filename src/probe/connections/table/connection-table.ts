import type { TranslationSink } from '../../nat/nat-source.ts'
import type { ConnectionEvent } from '../sources/events.ts'
import type { ConnectionSink } from '../sources/source.ts'
import { type Account, Accounts, type AccountsHooks, type AccountsOptions } from './accounting/accounts.ts'
import type { Tally } from './accounting/tally.ts'
import { Listeners } from './listeners.ts'
import { Matcher, type MatcherOptions } from './matching/matcher.ts'

/** How the table decides; times in milliseconds. */
export interface TableOptions extends MatcherOptions, AccountsOptions {}

/**
 * Turns what sources tell of sockets into tallies: who listens goes to the listeners, what is connected to the matcher, which
 * finds the two ends of each connection, and what that tells to the accounts.
 *
 * Pure: it knows no clock but the times of events and of the calls to `settle`.
 */
export class ConnectionTable implements ConnectionSink {
  readonly listeners: Listeners
  readonly #accounts: Accounts
  readonly #matcher: Matcher
  /** What was there before is known. */
  #reconciled = false
  #nowMs = 0

  constructor(options: TableOptions, hooks: AccountsHooks) {
    this.listeners = new Listeners(hooks.hasExited)
    this.#accounts = new Accounts(options, this.listeners, hooks)
    this.#matcher = new Matcher(options, (socket) => this.listeners.isServerSide(socket), this.#accounts)
  }

  get tallies(): Iterable<Tally> {
    return this.#accounts.tallies
  }

  /** Connected sockets followed. */
  get tracked(): number {
    return this.#matcher.size
  }

  /** Where address translations are told. */
  get translations(): TranslationSink {
    return this.#matcher.translations
  }

  /** Connections that count, one each, with their tallies; the oldest first. */
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
    // several processes may hold one socket: it is most likely served by the one that started last
    held.sort((a, b) => b.process.startTicks - a.process.startTicks)
    // who listens tells which side of a connection is the server's, so it comes first
    this.listeners.reconcile(events.filter((event) => event.kind === 'listening'))
    this.apply(held)
    this.#reconciled = true
    this.#matcher.handOver(held)
    this.#matcher.closeUnseen(new Set(held.map((event) => event.socket)))
  }

  /** Decides what can wait no longer. To be called often. */
  settle(nowMs: number): void {
    this.#advance(nowMs)
    this.#matcher.settle()
    this.#accounts.settle(this.#nowMs)
  }

  /**
   * Folds what is alike, lets go of what ended a while ago, and hands on what ended processes have listened on.
   *
   * @returns true when everyone who holds a socket is to be told by {@link reconcile}: the one known to serve it has ended
   */
  tidy(nowMs: number): boolean {
    this.#advance(nowMs)
    this.#accounts.tidy(this.#nowMs)
    return this.listeners.handOver()
  }

  #advance(nowMs: number): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs
    this.#matcher.advance(this.#nowMs)
  }

  #applyOne(event: ConnectionEvent): void {
    switch (event.kind) {
      case 'connected':
        this.listeners.learnAddress(event.localIp, event.netns)
        this.#matcher.open(event, 'client', true)
        break
      case 'accepted':
        this.listeners.learnAddress(event.localIp, event.netns)
        if (this.#matcher.open(event, 'server', true)) this.listeners.accepted(event)
        break
      case 'held':
        this.listeners.learnAddress(event.localIp, event.netns)
        // what was not there at the first walk has opened since, and its opening was missed
        if (this.#matcher.open(event, event.role, this.#reconciled) && event.role !== 'client')
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
