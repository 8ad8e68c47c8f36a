import { LRUCache } from 'lru-cache'
import { createTokenBucket } from '../../../pacing/token-bucket.ts'
import { domainName } from '../domain-name.ts'

/** What {@link ReverseNames} needs. */
export interface ReverseNamesOptions {
  /**
   * Returns the names of an address in reverse DNS. Rejects, after a few seconds at most, when there is none or no
   * server answers: the resolver does not always distinguish the two.
   */
  readonly lookUp: (ip: string) => Promise<readonly string[]>
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

interface Known {
  /** Undefined = the address has no name. */
  readonly name: string | undefined
  /** When to look it up again. */
  readonly untilMs: number
  /** True when the name is from an earlier look-up, and the last one failed. */
  readonly doubtful?: boolean
}

const FOUND_MS = 30 * 60_000
const NOT_FOUND_MS = 5 * 60_000
const LOOKUPS_PER_SECOND = 10
const MAX_KNOWN = 16_384
const MAX_WAITING = 512
const MAX_IN_FLIGHT = 8

/**
 * Looks up the names of addresses in reverse DNS, in the background and at a limited rate.
 *
 * A known name is returned until its next look-up has finished, and is kept when one look-up fails: so a short failure
 * of a server removes no names from the map.
 */
export class ReverseNames {
  readonly #options: ReverseNamesOptions
  readonly #known = new LRUCache<string, Known>({
    // By `max` it would have memory for all from the beginning.
    maxSize: MAX_KNOWN,
    sizeCalculation: () => 1,
    onInsert: ({ name }) => {
      if (name !== undefined) this.#names += 1
    },
    dispose: ({ name }) => {
      if (name !== undefined) this.#names -= 1
    },
  })
  readonly #waiting = new Set<string>()
  readonly #inFlight = new Set<string>()
  readonly #rate
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #names = 0
  #lookUps = 0

  constructor(options: ReverseNamesOptions) {
    this.#options = options
    this.#rate = createTokenBucket({
      capacity: LOOKUPS_PER_SECOND,
      perSecond: LOOKUPS_PER_SECOND,
      nowMs: options.nowMs,
    })
  }

  /** Number of look-ups begun since the start, and of those that are not finished. */
  get counters(): { readonly lookUps: number; readonly waiting: number } {
    return { lookUps: this.#lookUps, waiting: this.#waiting.size + this.#inFlight.size }
  }

  /** Number of addresses with a known name. */
  get size(): number {
    return this.#names
  }

  /** Returns the known name. When it is unknown or expired, it is looked up if there is room in the queue. */
  find(ip: string): string | undefined {
    const known = this.#known.get(ip)
    if (known === undefined || known.untilMs <= this.#options.nowMs()) this.#ask(ip)
    return known?.name
  }

  /** Starts no further look-ups. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  #ask(ip: string): void {
    // An address that finds no room is requested again with the next report.
    if (this.#stopped || this.#waiting.size >= MAX_WAITING || this.#inFlight.has(ip)) return
    this.#waiting.add(ip)
    this.#next()
  }

  #next(): void {
    if (this.#timer !== undefined) return
    for (const ip of this.#waiting) {
      if (this.#inFlight.size >= MAX_IN_FLIGHT) return
      if (!this.#rate.take()) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined
          this.#next()
        }, this.#rate.waitMs())
        this.#timer.unref()
        return
      }
      this.#waiting.delete(ip)
      void this.#lookUp(ip)
    }
  }

  async #lookUp(ip: string): Promise<void> {
    this.#inFlight.add(ip)
    this.#lookUps += 1
    const known = await this.#outcome(ip)
    this.#inFlight.delete(ip)
    this.#known.set(ip, known)
    if (!this.#stopped) this.#next()
  }

  async #outcome(ip: string): Promise<Known> {
    const name = await this.#nameOf(ip)
    const nowMs = this.#options.nowMs()
    if (name !== undefined) return { name, untilMs: nowMs + FOUND_MS }
    const before = this.#known.peek(ip)
    const untilMs = nowMs + NOT_FOUND_MS
    return before?.name === undefined || before.doubtful
      ? { name: undefined, untilMs }
      : { name: before.name, untilMs, doubtful: true }
  }

  async #nameOf(ip: string): Promise<string | undefined> {
    try {
      const names = await this.#options.lookUp(ip)
      return names.map(domainName).find((name) => name !== undefined)
    } catch {
      // Most addresses have no name, and the resolver rejects for them.
      return undefined
    }
  }
}
