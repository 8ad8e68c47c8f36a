import { LRUCache } from 'lru-cache'
import type { NamedAddresses } from './parse-answer.ts'

/** Where a socket is: what the kernel tells of who was given an answer, and of who connects. */
export interface Place {
  /** Inode of the cgroup v2 directory; 0 = unknown. */
  readonly cgroupId: number
  /** Inode of the network namespace; 0 = unknown. */
  readonly netns: number
}

/** What {@link AnswerBook} needs. */
export interface AnswerBookOptions {
  /** The container of a place; undefined for one of the host. */
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

/** Answers kept in all; each takes some 150 bytes. */
const MAX_ENTRIES = 32_768
/** Those kept of one address: more places than this that asked for one and the same are looked through for nothing. */
const MAX_ENTRIES_OF_ADDRESS = 256

/** Also an answer that is not to be kept is used for the connection that it was asked for. */
const MIN_TTL_SECONDS = 1
const MAX_TTL_SECONDS = 3600

/**
 * Who was told which name for which address. Rule 12 of the model.
 *
 * Places are kept as the kernel named them and only come down to containers when a name is asked for: an answer may come to
 * a container before the container is known.
 */
export class AnswerBook {
  readonly #options: AnswerBookOptions
  /** Of each address, the newest entry last. */
  readonly #byAddress = new LRUCache<string, readonly Entry[]>({
    maxSize: MAX_ENTRIES,
    sizeCalculation: (entries) => entries.length,
  })

  constructor(options: AnswerBookOptions) {
    this.#options = options
  }

  /** How many answers are held, expired ones among them. */
  get size(): number {
    return this.#byAddress.calculatedSize
  }

  /** Takes note of an answer given to a place. */
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
   * The name in the latest unexpired answer with this address that was given to the container of the place (without one, to
   * its network namespace), else to the host.
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
