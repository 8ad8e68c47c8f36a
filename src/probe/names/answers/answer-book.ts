import { type Asker, Askers, type AskersOptions, type Owner, type Place, shareNames } from './askers.ts'
import { Expiries, type Expiring } from './expiries.ts'
import { type Held, Holdings } from './holdings.ts'
import type { NamedAddresses } from './parse-answer.ts'

interface Entry extends Held<Entry>, Expiring {
  readonly asker: Asker
  readonly ip: string
  readonly name: string
}

/** Limit on all entries; each takes some 400 bytes. */
const MAX_ENTRIES = 32_768
/** Limit on the entries of one address, to bound the time of a search when very many places have asked for it. */
const MAX_ENTRIES_OF_ADDRESS = 256
/** Limit on those of them that one holder has: only the newest is used, and older ones once it has expired. */
const MAX_ENTRIES_OF_HOLDER = 16

/** Minimum time to live: an answer with TTL 0 is still used for the connection that it was asked for. */
const MIN_TTL_SECONDS = 1
const MAX_TTL_SECONDS = 3600

/** The topmost cgroup, in which all are on machines where containers have cgroups of version 1 alone. */
const TOP_CGROUP = 1

/**
 * By what limits for each place are counted: by cgroup, since a program may make itself any number of network namespaces; by these alone
 * where the cgroup tells nothing.
 */
export const holderOf = ({ cgroupId, netns }: Place): string =>
  cgroupId > TOP_CGROUP ? `cgroup:${cgroupId}` : `netns:${netns}`

/**
 * Remembers which DNS answers were given to which place. Rule 12 of the model.
 *
 * When there are too many answers that have not expired, the oldest go of whoever was given most: one that asks for ever more names costs
 * nobody else theirs.
 */
export class AnswerBook {
  readonly #options: AskersOptions
  readonly #askers: Askers
  /** Entries by address, the newest entry last. */
  readonly #byAddress = new Map<string, Entry[]>()
  readonly #holdings = new Holdings<Entry>()
  readonly #expiries: Expiries<Entry>

  constructor(options: AskersOptions) {
    this.#options = options
    this.#expiries = new Expiries(options.nowMs())
    this.#askers = new Askers(options)
  }

  /** Number of stored answers, including those that have expired since the last call of {@link settle}. */
  get size(): number {
    return this.#holdings.size
  }

  /**
   * Settles which containers answers were given to, as far as that can be told, and forgets answers that have expired. Call it several
   * times a second.
   */
  settle(): void {
    this.#askers.settle()
    this.#forgetExpired()
  }

  /** Stores an answer that was given to a place. */
  enter(place: Place, { name, addresses }: NamedAddresses): void {
    const { cgroupId, netns } = place
    const asker = this.#askers.at(place)
    const holder = holderOf(place)
    const nowMs = this.#options.nowMs()
    this.#forgetExpired()
    const isOver = (entry: Entry) =>
      entry.untilMs <= nowMs ||
      (entry.name === name && entry.asker.cgroupId === cgroupId && entry.asker.netns === netns)
    for (const { ip, ttlSeconds } of addresses) {
      for (const entry of this.#at(ip).filter(isOver)) this.#remove(entry)
      this.#makeRoom(ip, holder)
      const seconds = Math.min(MAX_TTL_SECONDS, Math.max(MIN_TTL_SECONDS, ttlSeconds))
      const entry: Entry = { asker, ip, holder, name, untilMs: nowMs + seconds * 1000 }
      const entries = this.#byAddress.get(ip)
      if (entries) entries.push(entry)
      else this.#byAddress.set(ip, [entry])
      this.#holdings.add(entry)
      this.#expiries.add(entry)
    }
  }

  /**
   * Finds the name in the latest unexpired answer with this address that was given to the place's container (or to its
   * network namespace when it has no container), else to the host.
   */
  find(place: Place, ip: string): string | undefined {
    const entries = this.#at(ip)
    if (entries.length === 0) return undefined
    const nowMs = this.#options.nowMs()
    const owner = this.#askers.ownerAt(place)
    const host = this.#askers.ownerAt({ cgroupId: 0, netns: this.#options.hostNetns })
    const valid = entries.filter(({ untilMs }) => untilMs > nowMs)
    const givenTo = (one: Owner) =>
      valid.findLast(({ asker }) => shareNames(this.#askers.ownerOf(asker), one))?.name
    return givenTo(owner) ?? (shareNames(owner, host) ? undefined : givenTo(host))
  }

  #forgetExpired(): void {
    for (const entry of this.#expiries.takeOver(this.#options.nowMs())) this.#remove(entry)
  }

  #at(ip: string): readonly Entry[] {
    return this.#byAddress.get(ip) ?? []
  }

  /** Makes room for one more entry of an address and a holder. */
  #makeRoom(ip: string, holder: string): void {
    const entries = this.#at(ip)
    const own = entries.filter((entry) => entry.holder === holder)
    if (own.length >= MAX_ENTRIES_OF_HOLDER) this.#remove(own[0])
    else if (entries.length >= MAX_ENTRIES_OF_ADDRESS) this.#remove(entries[0])
    if (this.#holdings.size >= MAX_ENTRIES) this.#remove(this.#holdings.oldestOfMost())
  }

  #remove(entry: Entry | undefined): void {
    const entries = entry && this.#byAddress.get(entry.ip)
    if (!entries) return
    entries.splice(entries.indexOf(entry), 1)
    if (entries.length === 0) this.#byAddress.delete(entry.ip)
    this.#holdings.delete(entry)
    this.#expiries.delete(entry)
  }
}
