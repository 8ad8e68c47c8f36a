import { prefixOf } from '../../../../report/address/ip.ts'
import type { ProcessRef } from '../../../process/directory.ts'
import { isScoped } from '../tuple-key.ts'
import { Tally, type TallyIdentity, tallyKey } from './tally.ts'

/** When tallies fold and go. */
export interface TallyBookOptions {
  /** How long a tally without open connections stays after its last event while its processes live, ms. Rule 1 of the model. */
  readonly keepMs: number
  /** The same when one of them has ended, or there is no room. */
  readonly keepEndedMs: number
  /** With more tallies than this, the longest quiet go first. */
  readonly maxTallies: number
  /** More exited clients alike than this fold into one tally. Rule 10 of the model. */
  readonly exitedClientsApart: number
  /** More addresses elsewhere than this, for one process and port, fold by prefix. Rule 13 of the model. */
  readonly remotesApart: number
}

/** What the book tells its owner. */
export interface TallyHooks {
  created(tally: Tally): void
  removed(tally: Tally): void
  hasExited(process: ProcessRef): boolean
}

/** How coarse addresses elsewhere become, finest first: bits of IPv4 and IPv6. */
const PREFIXES = [
  [24, 64],
  [8, 32],
] as const

/** All tallies: finds where a connection belongs, folds what has become too much, lets go of what is over. */
export class TallyBook {
  readonly #options: TallyBookOptions
  readonly #hooks: TallyHooks
  readonly #tallies = new Map<string, Tally>()
  /** Half tallies by process, port and prefix length. */
  readonly #remotes = new Map<string, number>()
  #nextId = 1

  constructor(options: TallyBookOptions, hooks: TallyHooks) {
    this.#options = options
    this.#hooks = hooks
  }

  [Symbol.iterator](): Iterator<Tally> {
    return this.#tallies.values()
  }

  /** The tally where connections alike belong; made when there is none. */
  find(found: TallyIdentity, nowMs: number): Tally {
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

  /** True until it is removed; another one may have its key since. */
  has(tally: Tally): boolean {
    return this.#tallies.get(tally.key) === tally
  }

  /** Lets go of a tally; of one that has gone already, nothing. */
  remove(tally: Tally): void {
    if (!this.has(tally)) return
    this.#tallies.delete(tally.key)
    const left = (this.#remotes.get(tally.remotes) ?? 1) - 1
    if (left > 0) this.#remotes.set(tally.remotes, left)
    else this.#remotes.delete(tally.remotes)
    this.#hooks.removed(tally)
  }

  /** Folds exited clients that are alike, and lets go of tallies in which nothing has happened for long. */
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

  *#quietSince(timeMs: number): Generator<Tally> {
    for (const tally of this.#tallies.values()) if (tally.isQuiet && tally.lastMs <= timeMs) yield tally
  }

  /** What an ended process did is of no use for long, and its pid may be another's. */
  #hasEnded({ identity: { client, server } }: Tally): boolean {
    const { hasExited } = this.#hooks
    return (client !== undefined && hasExited(client)) || (server !== undefined && hasExited(server))
  }

  /** Those that rest must not be why those that come are folded by prefix. */
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

  /** The identity itself, or that of all addresses around it when there are too many by now. */
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
      const group = this.#tallies.get(key) ?? this.#make({ ...first.identity, exitedClients: true }, nowMs)
      for (const tally of tallies) {
        group.absorb(tally)
        this.remove(tally)
      }
    }
  }
}

/** The address that is not of this host; undefined when both ends are. */
const remoteIp = ({ client, server, serverIp, clientIp }: TallyIdentity): string | undefined => {
  if (client && server) return undefined
  return client ? serverIp : clientIp
}

const remotesKey = ({ client, server, serverPort, remotePrefixBits }: TallyIdentity): string => {
  const process = client ?? server
  return `${client ? '>' : '<'}${client && server ? '=' : ''}${process?.pid}:${process?.startTicks}|${serverPort}|${remotePrefixBits ?? ''}`
}
