import type { ProcessRef } from '../../../process/directory.ts'
import type { FailedEvent } from '../../sources/events.ts'
import type { Listeners } from '../listeners.ts'
import type { Connection, Socket } from '../matching/connection.ts'
import type { MatchingListener } from '../matching/matcher.ts'
import { failureShare } from './failure.ts'
import { Proxies, WINDOW_MS } from './proxies.ts'
import { NO_SHARE, type Share, shareOf } from './share.ts'
import type { Tally } from './tally.ts'
import { TallyBook, type TallyBookOptions, type TallyHooks } from './tally-book.ts'
import type { TallyIdentity } from './tally-identity.ts'

/** Options for counting connections; times are in milliseconds. */
export interface AccountsOptions extends TallyBookOptions {
  /** How long a proxy may take to open its own connection for one that it accepted. */
  readonly graceMs: number
}

/** Callbacks that {@link Accounts} uses to look up names and processes, and to report tallies created and removed. */
export interface AccountsHooks extends TallyHooks {
  /** The DNS name that the client resolved to this address; undefined when no lookup was seen. */
  askedFor(client: ProcessRef, ip: string): string | undefined
  /** True for a process of Docker's that only passes connections on. Rule 11 of the model. */
  isProxy(process: ProcessRef): boolean
}

/** A connection and the tally that counts it. */
export interface Account {
  readonly connection: Connection
  readonly tally: Tally
}

class OpenAccount implements Account {
  readonly connection: Connection
  tally: Tally
  /** What this connection has added to its tally so far. */
  share: Share = NO_SHARE

  constructor(connection: Connection, tally: Tally) {
    this.connection = connection
    this.tally = tally
  }
}

/**
 * Counts each connection in the tally it belongs to, and moves it to another tally when later events show that it
 * belongs there.
 */
export class Accounts implements MatchingListener {
  readonly #graceMs: number
  readonly #hooks: AccountsHooks
  readonly #listeners: Listeners
  readonly #book: TallyBook
  readonly #proxies: Proxies
  readonly #accounts = new Map<Connection, OpenAccount>()
  /** Connections accepted by a proxy whose final server process is not known yet; oldest first. */
  readonly #undecided = new Set<Connection>()
  /** Connections opened by a proxy so recently that one that they are for may still be told of; oldest first. */
  readonly #passedOn = new Set<Connection>()

  /** @param listeners the listening sockets, used to find the server of a connection that is not accepted yet */
  constructor(options: AccountsOptions, listeners: Listeners, hooks: AccountsHooks) {
    this.#graceMs = options.graceMs
    this.#hooks = hooks
    this.#listeners = listeners
    this.#book = new TallyBook(options, hooks)
    this.#proxies = new Proxies((tuple) => listeners.ownerOf(tuple))
  }

  get tallies(): Iterable<Tally> {
    return this.#book
  }

  /** The connections that are followed and counted, in the order in which they were first counted. */
  *[Symbol.iterator](): Iterator<Account> {
    for (const account of this.#accounts.values()) {
      account.tally = current(account.tally)
      yield account
    }
  }

  opened(connection: Connection): void {
    const { client, server } = connection
    if (this.#isProxy(client)) this.#passOn(connection)
    else if (this.#isProxy(server)) this.#takeIn(connection)
  }

  joined(connection: Connection, nowMs: number): void {
    const { client, server } = connection
    if (this.#isProxy(client)) {
      this.#passOn(connection, nowMs)
      return
    }
    if (this.#isProxy(server)) {
      this.#takeIn(connection)
      if (!this.#accounts.has(connection) && !this.#proxies.isLed(connection)) {
        this.#undecided.add(connection)
        return
      }
    }
    this.#assign(connection, nowMs)
  }

  alone(connection: Connection, nowMs: number): void {
    if (this.#isProxy(connection.client)) this.#passOn(connection, nowMs)
    else this.#assign(connection, nowMs)
  }

  corrected(connection: Connection, nowMs: number): void {
    if (this.#isProxy(connection.client)) {
      this.#passOn(connection, nowMs)
      return
    }
    // A forgotten connection has its final count, and an undecided one is not counted yet: neither has an account. A
    // tally that was removed from the book must not come back into the report.
    const account = this.#accounts.get(connection)
    if (account && this.#book.has(current(account.tally))) this.#assign(connection, nowMs)
  }

  counted(connection: Connection, timeMs: number): void {
    const account = this.#accounts.get(connection)
    if (account) this.#update(account, timeMs)
  }

  ended(connection: Connection, timeMs: number): void {
    this.counted(connection, timeMs)
  }

  merged(connection: Connection): void {
    this.#withdraw(connection)
    this.#passedOn.delete(connection)
    this.#proxies.forgotten(connection)
  }

  forgotten(connection: Connection): void {
    const isDue = this.#passedOn.delete(connection) && this.#proxies.isLone(connection)
    if (this.#undecided.delete(connection) || isDue) this.#assign(connection, connection.lead.closedMs ?? 0)
    this.#accounts.delete(connection)
    this.#proxies.forgotten(connection)
  }

  /** Counts a `connect()` that did not succeed. */
  failed(event: FailedEvent, nowMs: number): void {
    const server = this.#listeners.ownerOf(event)
    const tally = this.#book.find(
      {
        client: event.process,
        ...(server ? { server } : { clientIp: event.localIp }),
        serverIp: event.remoteIp,
        serverPort: event.remotePort,
        netns: event.netns,
      },
      nowMs,
      event.timeMs,
    )
    tally.change(NO_SHARE, failureShare(event))
    tally.lastMs = Math.max(tally.lastMs, event.timeMs)
    tally.serverName = this.#hooks.askedFor(event.process, event.remoteIp) ?? tally.serverName
  }

  /** Counts the undecided connections whose grace period is over, and those that a proxy opened for nobody. Call it often. */
  settle(nowMs: number): void {
    for (const connection of this.#undecided) {
      if (connection.sinceMs + this.#graceMs > nowMs) break
      this.#undecided.delete(connection)
      this.#assign(connection, nowMs)
    }
    for (const connection of this.#passedOn) {
      if (connection.sinceMs + WINDOW_MS > nowMs) break
      this.#passedOn.delete(connection)
      if (this.#proxies.isLone(connection)) this.#assign(connection, nowMs)
    }
  }

  /** Folds similar tallies, and drops tallies and proxies that ended a while ago. */
  tidy(nowMs: number): void {
    this.#book.tidy(nowMs)
    this.#proxies.forget(nowMs, (process) => this.#hooks.hasExited(process))
  }

  /** Counts a connection in the tally it belongs to now, and withdraws it from the previous one. */
  #assign(connection: Connection, nowMs: number): void {
    const { client } = connection
    const identity = this.#identityOf(connection)
    const tally = this.#book.find(identity, nowMs, connection.sinceMs)
    let account = this.#accounts.get(connection)
    if (account && current(account.tally) !== tally) {
      this.#withdraw(connection, { to: tally, nowMs })
      account = undefined
    }
    if (!account) {
      account = new OpenAccount(connection, tally)
      this.#accounts.set(connection, account)
    }
    if (client && !identity.server)
      tally.serverName = this.#hooks.askedFor(client.process, client.remoteIp) ?? tally.serverName
    this.#update(account, connection.lead.closedMs ?? nowMs)
  }

  #identityOf(connection: Connection): TallyIdentity {
    const { client, server } = connection
    const target = this.#isProxy(server) ? this.#proxies.targetOf(connection) : undefined
    const listening = client && !server ? this.#listenerOf(client, connection.sawOpening) : undefined
    const asked =
      connection.asked ??
      (target && !client ? { ip: connection.serverIp, port: connection.serverPort } : undefined)
    const serverProcess = target ? target.process : (server?.process ?? listening)
    return {
      ...(client ? { client: client.process } : {}),
      ...(serverProcess ? { server: serverProcess } : {}),
      ...(client && serverProcess ? {} : { clientIp: connection.clientIp }),
      serverIp: target?.ip ?? connection.serverIp,
      serverPort: target?.port ?? connection.serverPort,
      netns: connection.lead.netns,
      ...(asked ? { asked } : {}),
    }
  }

  /**
   * The process that a connection waits for to be accepted. One that was found open, and whose client was started first, may
   * have been made to the predecessor of the process that listens there now.
   */
  #listenerOf(client: Socket, sawOpening: boolean): ProcessRef | undefined {
    const listening = this.#listeners.ownerOf(client)
    if (sawOpening || listening === undefined) return listening
    return listening.startTicks <= client.process.startTicks ? listening : undefined
  }

  #isProxy(socket: Socket | undefined): boolean {
    return socket !== undefined && this.#hooks.isProxy(socket.process)
  }

  /** Records a connection that a proxy accepted, for which it may have opened another that was counted as its own. */
  #takeIn(connection: Connection): void {
    for (const opened of this.#proxies.accepted(connection)) this.#withdraw(opened)
  }

  /**
   * Records a connection that a proxy opened. It is not counted itself, but it shows where a connection leads that the
   * proxy has accepted. Only one that it opened for nobody is counted, after a while.
   *
   * @param nowMs the current time once the other end is known or no longer waited for; undefined before that
   */
  #passOn(connection: Connection, nowMs?: number): void {
    const isLone = this.#proxies.isLone(connection)
    if (isLone && this.#accounts.has(connection)) {
      this.#assign(connection, nowMs ?? connection.sinceMs)
      return
    }
    this.#withdraw(connection)
    const undirected = this.#proxies.opened(connection)
    if (!isLone && this.#proxies.isLone(connection)) this.#passedOn.add(connection)
    const origin = this.#proxies.originOf(connection)
    for (const accepted of undirected)
      if (accepted !== origin && this.#accounts.has(accepted))
        this.#assign(accepted, nowMs ?? connection.sinceMs)
    if (nowMs === undefined || !origin) return
    if (this.#undecided.delete(origin) || this.#accounts.has(origin)) this.#assign(origin, nowMs)
  }

  /**
   * Subtracts from the tally what a connection had added to it.
   *
   * @param moved the tally in which it is counted from now on; undefined when it is counted no longer
   */
  #withdraw(connection: Connection, moved?: { readonly to: Tally; readonly nowMs: number }): void {
    const account = this.#accounts.get(connection)
    if (!account) return
    this.#accounts.delete(connection)
    const tally = current(account.tally)
    tally.change(account.share, NO_SHARE)
    if (!tally.isEmpty) return
    if (moved) this.#book.replace(tally, moved.to, moved.nowMs)
    else this.#book.remove(tally)
  }

  #update(account: OpenAccount, timeMs: number): void {
    account.tally = current(account.tally)
    const { tally, connection } = account
    const share = shareOf(connection)
    tally.change(account.share, share)
    account.share = share
    tally.lastMs = Math.max(tally.lastMs, timeMs)
    const { rttUs, smoothedRttUs } = connection.lead.counters
    tally.measured(rttUs, smoothedRttUs)
  }
}

/** The tally that now holds the counts of `tally`: follows folds to the last one. */
const current = (tally: Tally): Tally => {
  let now = tally
  while (now.foldedInto) now = now.foldedInto
  return now
}
