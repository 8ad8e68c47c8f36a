import { LRUCache } from 'lru-cache'
import { createTokenBucket } from '../../../pacing/token-bucket.ts'
import { domainName } from '../domain-name.ts'

/** What {@link ReverseNames} needs. */
export interface ReverseNamesOptions {
  /**
   * Names of an address in reverse DNS. Rejects, after a few seconds at most, when there is none or nobody answers: the
   * resolver does not always tell which.
   */
  readonly lookUp: (ip: string) => Promise<readonly string[]>
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

interface Known {
  /** Undefined: there is none. */
  readonly name: string | undefined
  /** When it is worth asking again. */
  readonly untilMs: number
  /** The name is from before a look-up that failed. */
  readonly doubtful?: boolean
}

const FOUND_MS = 30 * 60_000
const NOT_FOUND_MS = 5 * 60_000
const LOOKUPS_PER_SECOND = 10
const MAX_KNOWN = 16_384
const MAX_WAITING = 512
const MAX_IN_FLIGHT = 8

/**
 * Names of addresses in reverse DNS, looked up in the background, few at a time and a second.
 *
 * A name known from before is told until its next look-up has come back, and outlives one that fails: a server that is down
 * for a moment takes no names off the map.
 */
export class ReverseNames {
  readonly #options: ReverseNamesOptions
  readonly #known = new LRUCache<string, Known>({
    max: MAX_KNOWN,
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

  /** Look-ups begun since the start, and those that are yet to end. */
  get counters(): { readonly lookUps: number; readonly waiting: number } {
    return { lookUps: this.#lookUps, waiting: this.#waiting.size + this.#inFlight.size }
  }

  /** How many addresses are known by a name. */
  get size(): number {
    return this.#names
  }

  /** The name as far as it is known; when it is not, or was long ago, it is looked up if there is room. */
  find(ip: string): string | undefined {
    const known = this.#known.get(ip)
    if (known === undefined || known.untilMs <= this.#options.nowMs()) this.#ask(ip)
    return known?.name
  }

  /** Begins no more look-ups. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  #ask(ip: string): void {
    // what finds no room is asked for again with the next report
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
      // Most addresses have no name; that is how the resolver says so.
      return undefined
    }
  }
}
