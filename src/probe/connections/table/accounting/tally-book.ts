import { prefixOf } from '../../../../report/address/ip.ts'
import type { ProcessRef } from '../../../process/directory.ts'
import { isScoped } from '../tuple-key.ts'
import { Tally, type TallyIdentity, tallyKey } from './tally.ts'

/** When tallies are folded together and when they are dropped. */
export interface TallyBookOptions {
  /** How long a tally without open connections stays after its last event while its processes live, ms. Rule 1 of the model. */
  readonly keepMs: number
  /** The same when one of its processes has ended, or when there are too many tallies. */
  readonly keepEndedMs: number
  /** Above this number of tallies, those that have been quiet the longest are dropped first. */
  readonly maxTallies: number
  /** When more exited clients than this are alike, they fold into one tally. Rule 10 of the model. */
  readonly exitedClientsApart: number
  /** When one process and port has more remote addresses than this, they fold by prefix. Rule 13 of the model. */
  readonly remotesApart: number
}

/** Callbacks of {@link TallyBook} to its owner. */
export interface TallyHooks {
  created(tally: Tally): void
  removed(tally: Tally): void
  hasExited(process: ProcessRef): boolean
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
    if (identity.client && this.#hooks.hasExited(identity.client)) {
      const group = this.#tallies.get(tallyKey({ ...identity, exitedClients: true }))
      if (group?.identity.exitedClients) {
        group.meet(identity.client)
        return group
      }
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
    this.#hooks.removed(tally)
  }

  /** Records that all that `gone` has counted is counted in another tally now, and removes it. */
  replace(gone: Tally, by: Tally, nowMs: number): void {
    by.succeed(gone, nowMs, this.#forgetMs(nowMs))
    this.remove(gone)
  }

  /** Folds exited clients that are alike, and drops tallies in which nothing has happened for a long time. */
  tidy(nowMs: number): void {
    this.#foldExitedClients(nowMs)
    const { keepMs, keepEndedMs, maxTallies } = this.#options
    for (const tally of this.#quietSince(nowMs - keepEndedMs))
      if (tally.lastMs + keepMs <= nowMs || this.#hasEnded(tally) || this.#isCrowded(tally))
        this.remove(tally)
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

  /** True when a process of the tally has ended: its counts are soon of no interest, and its pid may be reused. */
  #hasEnded({ identity: { client, server } }: Tally): boolean {
    const { hasExited } = this.#hooks
    return (client !== undefined && hasExited(client)) || (server !== undefined && hasExited(server))
  }

  /**
   * True when the process and port have reached the limit of remote addresses. Quiet tallies then go early, so that
   * they do not force new addresses to be folded by prefix.
   */
  #isCrowded({ remotes }: Tally): boolean {
    return (this.#remotes.get(remotes) ?? 0) >= this.#options.remotesApart
  }

  #make(identity: TallyIdentity, nowMs: number): Tally {
    const key = tallyKey(identity)
    const known = this.#tallies.get(key)
    if (known) return known
    const remotes = remotesKey(identity)
    const tally = new Tally({ id: `c${this.#nextId++}`, key, remotes, identity, sinceMs: nowMs })
    this.#tallies.set(key, tally)
    this.#remotes.set(remotes, (this.#remotes.get(remotes) ?? 0) + 1)
    this.#hooks.created(tally)
    return tally
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

  #foldExitedClients(nowMs: number): void {
    const alike = new Map<string, Tally[]>()
    for (const tally of this.#tallies.values()) {
      const { client, exitedClients } = tally.identity
      if (!client || exitedClients || !tally.isQuiet || !this.#hooks.hasExited(client)) continue
      const key = tallyKey({ ...tally.identity, exitedClients: true })
      const others = alike.get(key)
      if (others) others.push(tally)
      else alike.set(key, [tally])
    }
    for (const [key, tallies] of alike) {
      const [first] = tallies
      if (!first || (tallies.length <= this.#options.exitedClientsApart && !this.#tallies.has(key))) continue
      const identity: TallyIdentity = { ...first.identity, exitedClients: true }
      const group = this.#tallies.get(key) ?? this.#make(identity, nowMs)
      for (const tally of tallies) {
        group.absorb(tally, nowMs, this.#forgetMs(nowMs))
        this.remove(tally)
      }
    }
  }
}

/** The address of the end that is not a process of this host; undefined when both ends are. */
const remoteIp = ({ client, server, serverIp, clientIp }: TallyIdentity): string | undefined => {
  if (client && server) return undefined
  return client ? serverIp : clientIp
}

const remotesKey = ({ client, server, serverPort, remotePrefixBits }: TallyIdentity): string => {
  const process = client ?? server
  return `${client ? '>' : '<'}${client && server ? '=' : ''}${process?.pid}:${process?.startTicks}|${serverPort}|${remotePrefixBits ?? ''}`
}
