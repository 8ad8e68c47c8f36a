import { LRUCache } from 'lru-cache'
import { createTokenBucket } from '../../publish/token-bucket.ts'
import { domainName } from '../domain-name.ts'

/** What {@link ReverseNames} needs. */
export interface ReverseNamesOptions {
  /**
   * Names of an address in reverse DNS. Rejects when there is none or nobody answers, and then with a `code` such as
   * `ENOTFOUND`; never later than a few seconds.
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
}

const FOUND_MS = 30 * 60_000
const NOT_FOUND_MS = 5 * 60_000
const LOOKUPS_PER_SECOND = 10
const MAX_KNOWN = 16_384
const MAX_WAITING = 512
const MAX_IN_FLIGHT = 8

/** A server's word that there is no name; any other failure tells nothing about the name. */
const NO_NAME: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA'])

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/**
 * Names of addresses in reverse DNS, looked up in the background, few at a time and a second.
 *
 * A name known from before is told until its next look-up has come back, so that what is shown does not flicker.
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
  #failures = 0

  constructor(options: ReverseNamesOptions) {
    this.#options = options
    this.#rate = createTokenBucket({
      capacity: LOOKUPS_PER_SECOND,
      perSecond: LOOKUPS_PER_SECOND,
      nowMs: options.nowMs,
    })
  }

  /** Running counts of look-ups begun, and of those that nobody answered. */
  get counters(): { readonly lookUps: number; readonly failures: number } {
    return { lookUps: this.#lookUps, failures: this.#failures }
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
    try {
      const names = await this.#options.lookUp(ip)
      const name = names.map(domainName).find((found) => found !== undefined)
      const ageMs = name === undefined ? NOT_FOUND_MS : FOUND_MS
      return { name, untilMs: this.#options.nowMs() + ageMs }
    } catch (error) {
      const untilMs = this.#options.nowMs() + NOT_FOUND_MS
      if (NO_NAME.has(codeOf(error))) return { name: undefined, untilMs }
      this.#failures += 1
      return { name: this.#known.peek(ip)?.name, untilMs }
    }
  }
}
