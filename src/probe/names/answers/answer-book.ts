import { LRUCache } from 'lru-cache'
import type { NamedAddresses } from './parse-answer.ts'

/**
 * The cgroup and network namespace of a socket. The kernel reports both for a socket that received a DNS answer and for
 * one that connects.
 */
export interface Place {
  /** Inode of the cgroup v2 directory; 0 = unknown. */
  readonly cgroupId: number
  /** Inode of the network namespace; 0 = unknown. */
  readonly netns: number
}

/** What {@link AnswerBook} needs. */
export interface AnswerBookOptions {
  /** Returns the container of a place; undefined for a place on the host itself. */
  readonly containerOf: (place: Place) => string | undefined
  /** Inode of the host's network namespace; 0 = unknown. */
  readonly hostNetns: number
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

interface Entry extends Place {
  readonly name: string
  readonly untilMs: number
}

/** Limit on all entries; each takes some 150 bytes. */
const MAX_ENTRIES = 32_768
/** Limit on the entries of one address, to bound the time of a search when very many places have asked for it. */
const MAX_ENTRIES_OF_ADDRESS = 256

/** Minimum time to live: an answer with TTL 0 is still used for the connection that it was asked for. */
const MIN_TTL_SECONDS = 1
const MAX_TTL_SECONDS = 3600

/**
 * Remembers which DNS answers were given to which place. Rule 12 of the model.
 *
 * Places are stored as the kernel reports them, and mapped to containers only when a name is looked up: an answer may
 * reach a container before the container is known.
 */
export class AnswerBook {
  readonly #options: AnswerBookOptions
  /** Entries by address, the newest entry last. */
  readonly #byAddress = new LRUCache<string, readonly Entry[]>({
    maxSize: MAX_ENTRIES,
    sizeCalculation: (entries) => entries.length,
  })

  constructor(options: AnswerBookOptions) {
    this.#options = options
  }

  /** Number of stored answers, including expired ones. */
  get size(): number {
    return this.#byAddress.calculatedSize
  }

  /** Stores an answer that was given to a place. */
  enter({ cgroupId, netns }: Place, { name, addresses }: NamedAddresses): void {
    const nowMs = this.#options.nowMs()
    for (const { ip, ttlSeconds } of addresses) {
      const others = (this.#byAddress.get(ip) ?? []).filter(
        (entry) =>
          entry.untilMs > nowMs &&
          !(entry.name === name && entry.cgroupId === cgroupId && entry.netns === netns),
      )
      const seconds = Math.min(MAX_TTL_SECONDS, Math.max(MIN_TTL_SECONDS, ttlSeconds))
      const entry = { cgroupId, netns, name, untilMs: nowMs + seconds * 1000 }
      this.#byAddress.set(ip, [...others.slice(1 - MAX_ENTRIES_OF_ADDRESS), entry])
    }
  }

  /**
   * Finds the name in the latest unexpired answer with this address that was given to the place's container (or to its
   * network namespace when it has no container), else to the host.
   */
  find(place: Place, ip: string): string | undefined {
    const entries = this.#byAddress.get(ip)
    if (entries === undefined) return undefined
    const nowMs = this.#options.nowMs()
    const asker = this.#ownerOf(place)
    const host = this.#ownerOf({ cgroupId: 0, netns: this.#options.hostNetns })
    const valid = entries.filter(({ untilMs }) => untilMs > nowMs)
    const givenTo = (owner: string) => valid.findLast((entry) => this.#ownerOf(entry) === owner)?.name
    return givenTo(asker) ?? (asker === host ? undefined : givenTo(host))
  }

  #ownerOf(place: Place): string {
    return this.#options.containerOf(place) ?? `netns:${place.netns}`
  }
}
