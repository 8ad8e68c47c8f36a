import { isSameProcess, type ProcessRef } from '../../../process/directory.ts'
import type { FailedEvent } from '../../sources/events.ts'
import type { Listeners } from '../listeners.ts'
import type { Connection } from '../matching/connection.ts'
import type { MatchingListener } from '../matching/matcher.ts'
import { failureShare } from './failure.ts'
import { isProxy, Proxies } from './proxies.ts'
import { NO_SHARE, type Share, shareOf } from './share.ts'
import type { Tally, TallyIdentity } from './tally.ts'
import { TallyBook, type TallyBookOptions, type TallyHooks } from './tally-book.ts'

/** How connections are counted; times in milliseconds. */
export interface AccountsOptions extends TallyBookOptions {
  /** How long it may take a proxy to open its own connection for one that it accepted. */
  readonly graceMs: number
}

/** What is asked and told when connections are counted. */
export interface AccountsHooks extends TallyHooks {
  /** What the client asked for by name when it came upon the address. */
  askedFor(client: ProcessRef, ip: string): string | undefined
}

/** A connection, and where it is counted. */
export interface Account {
  readonly connection: Connection
  readonly tally: Tally
}

class OpenAccount implements Account {
  readonly connection: Connection
  tally: Tally
  /** What it has added to its tally. */
  share: Share = NO_SHARE

  constructor(connection: Connection, tally: Tally) {
    this.connection = connection
    this.tally = tally
  }
}

/** Counts each connection in the tally where it belongs, and moves it when it turns out to belong elsewhere. */
export class Accounts implements MatchingListener {
  readonly #graceMs: number
  readonly #hooks: AccountsHooks
  readonly #listeners: Listeners
  readonly #book: TallyBook
  readonly #proxies = new Proxies()
  readonly #accounts = new Map<Connection, OpenAccount>()
  /** Accepted by a proxy of which it is not yet known where it leads, oldest first. */
  readonly #undecided = new Set<Connection>()

  /** @param listeners who listens where, for connections that were not accepted yet */
  constructor(options: AccountsOptions, listeners: Listeners, hooks: AccountsHooks) {
    this.#graceMs = options.graceMs
    this.#hooks = hooks
    this.#listeners = listeners
    this.#book = new TallyBook(options, hooks)
  }

  get tallies(): Iterable<Tally> {
    return this.#book
  }

  /** Each connection that is followed and counts, those first that were counted first. */
  *[Symbol.iterator](): Iterator<Account> {
    for (const account of this.#accounts.values()) {
      account.tally = current(account.tally)
      yield account
    }
  }

  joined(connection: Connection, nowMs: number): void {
    const { client, server } = connection
    if (server && isProxy(server.process) && !this.#accounts.has(connection) && !isProxy(client?.process)) {
      if (!this.#proxies.targetOf(server.process)) {
        this.#undecided.add(connection)
        return
      }
    }
    this.#assign(connection, nowMs)
  }

  alone(connection: Connection, nowMs: number): void {
    this.#assign(connection, nowMs)
  }

  corrected(connection: Connection, nowMs: number): void {
    // what was forgotten is counted for good, what is undecided not yet, and what has gone from the report does not come back
    const isPlumbing = isProxy(connection.client?.process)
    const account = this.#accounts.get(connection)
    if (isPlumbing || (account && this.#book.has(current(account.tally)))) this.#assign(connection, nowMs)
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
  }

  forgotten(connection: Connection): void {
    if (this.#undecided.delete(connection)) this.#assign(connection, connection.lead.closedMs ?? 0)
    this.#accounts.delete(connection)
  }

  /** Counts a `connect()` that came to nothing. */
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
    )
    tally.change(NO_SHARE, failureShare(event))
    tally.lastMs = Math.max(tally.lastMs, event.timeMs)
    tally.serverName = this.#hooks.askedFor(event.process, event.remoteIp) ?? tally.serverName
  }

  /** Decides what can wait no longer. To be called often. */
  settle(nowMs: number): void {
    for (const connection of this.#undecided) {
      if (connection.sinceMs + this.#graceMs > nowMs) break
      this.#undecided.delete(connection)
      this.#assign(connection, nowMs)
    }
  }

  /** Folds what is alike, and lets go of what ended a while ago. */
  tidy(nowMs: number): void {
    this.#book.tidy(nowMs)
    this.#proxies.forget((process) => this.#hooks.hasExited(process))
  }

  /** Counts a connection where it belongs now, and no longer where it was. */
  #assign(connection: Connection, nowMs: number): void {
    const { client } = connection
    if (client && isProxy(client.process)) {
      this.#withdraw(connection)
      if (this.#proxies.learn(connection)) this.#assignAcceptedBy(client.process, nowMs)
      return
    }
    const identity = this.#identityOf(connection)
    const tally = this.#book.find(identity, nowMs)
    let account = this.#accounts.get(connection)
    if (account && current(account.tally) !== tally) {
      this.#withdraw(connection)
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
    const { client, server, asked } = connection
    const target = server && this.#proxies.targetOf(server.process)
    const listening = client && !server ? this.#listeners.ownerOf(client) : undefined
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

  #assignAcceptedBy(proxy: ProcessRef, nowMs: number): void {
    for (const connection of [...this.#undecided, ...this.#accounts.keys()]) {
      const { server, isWhole } = connection
      if (!isWhole || !server || !isSameProcess(server.process, proxy)) continue
      this.#undecided.delete(connection)
      this.#assign(connection, nowMs)
    }
  }

  /** Takes what a connection had added out of its tally. */
  #withdraw(connection: Connection): void {
    const account = this.#accounts.get(connection)
    if (!account) return
    this.#accounts.delete(connection)
    const tally = current(account.tally)
    tally.change(account.share, NO_SHARE)
    if (tally.isEmpty) this.#book.remove(tally)
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

/** Where what a tally counted is counted now. */
const current = (tally: Tally): Tally => {
  let now = tally
  while (now.foldedInto) now = now.foldedInto
  return now
}
