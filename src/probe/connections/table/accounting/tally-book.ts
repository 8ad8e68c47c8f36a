import { prefixOf } from '../../../../report/address/ip.ts'
import { isScoped } from '../tuple-key.ts'
import { type Exits, foldedIdentity, hasEnded } from './exited/exited-ends.ts'
import { ExitedEnds } from './exited/exited-processes.ts'
import { type FateOptions, fateOf, isReady } from './exited/fate.ts'
import { RetiredTallies } from './exited/retired-tallies.ts'
import { Tally } from './tally.ts'
import { remoteIp, remotesKey, type TallyIdentity, tallyKey } from './tally-identity.ts'

/** When tallies are folded together and when they are dropped. */
export interface TallyBookOptions extends FateOptions {
  /**
   * How long a tally without open connections stays after its last event while its processes live, or while it stands for several
   * that have exited, ms. When there are too many tallies, it may go after `keepEndedMs`. Rule 1 of the model.
   */
  readonly keepMs: number
  /** Above this number of tallies, those that have been quiet the longest are dropped first. */
  readonly maxTallies: number
  /** When one process and port has more remote addresses than this, they fold by prefix. Rule 13 of the model. */
  readonly remotesApart: number
}

/** Callbacks of {@link TallyBook} to its owner. */
export interface TallyHooks extends Exits {
  /** There is a tally to be told of. It may have been removed before. */
  created(tally: Tally): void
  removed(tally: Tally): void
}

/** Prefix lengths by which remote addresses are folded, finest first: bits of IPv4 and of IPv6. */
const PREFIXES = [
  [24, 64],
  [8, 32],
] as const

/**
 * All tallies. Finds the tally of a connection, folds tallies when there are too many alike, and drops those that are
 * over.
 */
export class TallyBook {
  readonly #options: TallyBookOptions
  readonly #hooks: TallyHooks
  readonly #tallies = new Map<string, Tally>()
  /** How many tallies there are for each process, port and prefix length (see `remotesKey`). */
  readonly #remotes = new Map<string, number>()
  readonly #exitedEnds = new ExitedEnds()
  readonly #retired = new RetiredTallies()
  #nextId = 1

  constructor(options: TallyBookOptions, hooks: TallyHooks) {
    this.#options = options
    this.#hooks = hooks
  }

  [Symbol.iterator](): Iterator<Tally> {
    return this.#tallies.values()
  }

  /**
   * The tally for connections with this identity; created when there is none.
   *
   * @param sinceMs when that began which is to be counted; now, unless it was found out later
   */
  find(found: TallyIdentity, nowMs: number, sinceMs = nowMs): Tally {
    const tally = this.#find(found, nowMs)
    tally.reachBackTo(sinceMs)
    return tally
  }

  #find(found: TallyIdentity, nowMs: number): Tally {
    const identity: TallyIdentity = { ...found, netns: isScoped(found.serverIp) ? found.netns : 0 }
    const group = hasEnded(identity, this.#hooks)
      ? this.#tallies.get(tallyKey(foldedIdentity(identity, this.#hooks)))
      : undefined
    if (group) {
      group.meet(identity)
      return group
    }
    const known = this.#tallies.get(tallyKey(identity))
    return known ?? this.#make(this.#coarse(identity), nowMs)
  }

  /** True until the tally is removed. By then another tally may have the same key. */
  has(tally: Tally): boolean {
    return this.#tallies.get(tally.key) === tally
  }

  /** Removes a tally; does nothing when it was removed before. */
  remove(tally: Tally): void {
    if (!this.has(tally)) return
    this.#tallies.delete(tally.key)
    const left = (this.#remotes.get(tally.remotes) ?? 1) - 1
    if (left > 0) this.#remotes.set(tally.remotes, left)
    else this.#remotes.delete(tally.remotes)
    if (tally.clients) this.#exitedEnds.release(tally.clients)
    if (tally.servers) this.#exitedEnds.release(tally.servers)
    this.#hooks.removed(tally)
  }

  /** Records that all that `gone` has counted is counted in another tally now, and removes it. */
  replace(gone: Tally, by: Tally, nowMs: number): void {
    by.succeed(gone, nowMs, this.#forgetMs(nowMs))
    this.remove(gone)
  }

  /**
   * Folds exited processes that are alike, and drops tallies in which nothing has happened for a long time: that of a process that
   * has ended sooner, unless others like it follow.
   */
  tidy(nowMs: number): void {
    this.#decideAboutEnded(nowMs)
    const { keepMs, keepEndedMs, maxTallies } = this.#options
    for (const tally of this.#quietSince(nowMs - keepEndedMs))
      if (
        (tally.lastMs + keepMs <= nowMs && !hasEnded(tally.identity, this.#hooks)) ||
        this.#isCrowded(tally)
      )
        this.remove(tally)
    this.#retired.forget(nowMs - keepMs)
    const excess = this.#tallies.size - maxTallies
    if (excess <= 0) return
    const longestFirst = [...this.#quietSince(nowMs - keepEndedMs)].sort((a, b) => a.lastMs - b.lastMs)
    for (const tally of longestFirst.slice(0, excess)) this.remove(tally)
  }

  /** Reports from before this time are too old for others to be compared with. */
  #forgetMs(nowMs: number): number {
    return nowMs - this.#options.keepEndedMs
  }

  *#quietSince(timeMs: number): Generator<Tally> {
    for (const tally of this.#tallies.values()) if (tally.isQuiet && tally.lastMs <= timeMs) yield tally
  }

  /**
   * True when the process and port have reached the limit of remote addresses. Quiet tallies then go early, so that
   * they do not force new addresses to be folded by prefix.
   */
  #isCrowded({ remotes }: Tally): boolean {
    return (this.#remotes.get(remotes) ?? 0) >= this.#options.remotesApart
  }

  #make(identity: TallyIdentity, sinceMs: number): Tally {
    const key = tallyKey(identity)
    const known = this.#tallies.get(key)
    if (known) return known
    const remotes = remotesKey(identity)
    const tally = new Tally({ id: `c${this.#nextId++}`, key, remotes, identity, sinceMs })
    this.#enter(tally)
    return tally
  }

  #enter(tally: Tally): void {
    const { exitedClients, exitedServers } = tally.identity
    this.#tallies.set(tally.key, tally)
    this.#remotes.set(tally.remotes, (this.#remotes.get(tally.remotes) ?? 0) + 1)
    if (exitedClients !== undefined)
      tally.clients = this.#exitedEnds.hold('client', exitedClients, tally.clients)
    if (exitedServers !== undefined)
      tally.servers = this.#exitedEnds.hold('server', exitedServers, tally.servers)
    this.#hooks.created(tally)
  }

  /** The identity itself, or that of the surrounding prefix when there are too many remote addresses already. */
  #coarse(identity: TallyIdentity): TallyIdentity {
    const ip = remoteIp(identity)
    if (ip === undefined || isScoped(ip)) return identity
    let chosen = identity
    for (const [v4Bits, v6Bits] of PREFIXES) {
      if ((this.#remotes.get(remotesKey(chosen)) ?? 0) < this.#options.remotesApart) return chosen
      const [base = ip, bits = ''] = prefixOf(ip, v4Bits, v6Bits)?.split('/') ?? []
      const folded: TallyIdentity = { ...identity, remotePrefixBits: Number(bits) }
      chosen = identity.client ? { ...folded, serverIp: base } : { ...folded, clientIp: base }
    }
    return chosen
  }

  #decideAboutEnded(nowMs: number): void {
    for (const { identity, key, tallies } of this.#ended()) {
      this.#recall(key, tallies, nowMs)
      const group = this.#tallies.get(key)
      const fate = fateOf(tallies, group !== undefined, this.#options, nowMs)
      if (fate === 'fold') {
        const ready = tallies.filter((tally) => isReady(tally, nowMs))
        this.#fold(ready, group ?? this.#make(identity, firstOf(ready)), nowMs)
      }
      if (fate === 'retire') for (const tally of tallies) this.#retire(key, tally, nowMs)
    }
  }

  /** The tallies without open connections of processes that have exited, those together that are alike. */
  #ended(): Iterable<Alike> {
    const found = new Map<string, Alike>()
    for (const tally of this.#tallies.values()) {
      if (!tally.isQuiet || !hasEnded(tally.identity, this.#hooks)) continue
      const identity = foldedIdentity(tally.identity, this.#hooks)
      const key = tallyKey(identity)
      const alike = found.get(key)
      if (alike) alike.tallies.push(tally)
      else found.set(key, { identity, key, tallies: [tally] })
    }
    return found.values()
  }

  /** Lets one be told again that was told no longer, now that another is like it. */
  #recall(key: string, alike: Tally[], nowMs: number): void {
    const retired = this.#retired.get(key)
    if (retired === undefined || this.#tallies.has(retired.key)) return
    this.#retired.delete(key)
    if (retired.isEmpty) return
    retired.readyMs = nowMs + this.#options.keepEndedMs
    this.#enter(retired)
    alike.push(retired)
  }

  #retire(key: string, tally: Tally, nowMs: number): void {
    this.remove(tally)
    if (tally.lastMs + this.#options.keepMs > nowMs)
      this.#retired.add(key, tally, nowMs, this.#forgetMs(nowMs))
  }

  #fold(tallies: readonly Tally[], group: Tally, nowMs: number): void {
    for (const tally of tallies) {
      group.absorb(tally, nowMs, this.#forgetMs(nowMs))
      this.remove(tally)
    }
  }
}

/** Tallies that would be one, and the identity and key of that. */
interface Alike {
  readonly identity: TallyIdentity
  readonly key: string
  readonly tallies: Tally[]
}

const firstOf = (tallies: readonly Tally[]): number => Math.min(...tallies.map(({ sinceMs }) => sinceMs))
