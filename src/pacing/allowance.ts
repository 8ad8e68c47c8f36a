/** How much may be spent. */
export interface AllowanceRate {
  readonly perSecond: number
  /** What may be spent at once after a pause. */
  readonly burst: number
}

/**
 * A rate limit for things of different cost that is known only afterwards: whoever has at least one left may spend, also more
 * than there is, and then waits until the debt is paid.
 */
export class Allowance {
  readonly #rate: AllowanceRate
  readonly #nowMs: () => number
  #left: number
  #countedAtMs: number

  /** @param nowMs a monotonic clock */
  constructor(rate: AllowanceRate, nowMs: () => number) {
    this.#rate = rate
    this.#nowMs = nowMs
    this.#left = rate.burst
    this.#countedAtMs = nowMs()
  }

  /** Whether less than one is left. */
  get isSpent(): boolean {
    this.#count()
    return this.#left < 1
  }

  spend(amount: number): void {
    this.#count()
    this.#left -= amount
  }

  #count(): void {
    const nowMs = this.#nowMs()
    const earned = ((nowMs - this.#countedAtMs) / 1000) * this.#rate.perSecond
    this.#left = Math.min(this.#rate.burst, this.#left + earned)
    this.#countedAtMs = nowMs
  }
}

/** Options of {@link SharedAllowance}. */
export interface SharedAllowanceOptions {
  /** For all together. */
  readonly all: AllowanceRate
  /** For each key. */
  readonly each: AllowanceRate
  readonly nowMs: () => number
}

/** Most keys that are told apart; the one that has spent nothing for longest is forgotten first. */
const MAX_KEYS = 4096

/** An allowance for all together, of which each key, such as an address, has a share that it cannot exceed. */
export class SharedAllowance {
  readonly #options: SharedAllowanceOptions
  readonly #all: Allowance
  readonly #byKey = new Map<string, Allowance>()

  constructor(options: SharedAllowanceOptions) {
    this.#options = options
    this.#all = new Allowance(options.all, options.nowMs)
  }

  /** Whether nothing is left for a key, by itself or because all others have spent it. */
  isSpent(key: string): boolean {
    return this.#all.isSpent || (this.#byKey.get(key)?.isSpent ?? false)
  }

  spend(key: string, amount: number): void {
    const own = this.#byKey.get(key) ?? new Allowance(this.#options.each, this.#options.nowMs)
    own.spend(amount)
    this.#all.spend(amount)
    this.#byKey.delete(key)
    this.#byKey.set(key, own)
    const [oldest] = this.#byKey.keys()
    if (this.#byKey.size > MAX_KEYS && oldest !== undefined) this.#byKey.delete(oldest)
  }
}
