import { LRUCache } from 'lru-cache'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** So many failures are allowed from the first one on; with these, no more attempts until the time is over. */
export interface FailureLimit {
  readonly failures: number
  readonly perSeconds: number
}

/** Each key takes some 0.5 kB. */
export const MAX_KEYS = 10_000

/** Nothing may be checked. */
export interface Limited {
  readonly retryAfterSeconds: number
}

/**
 * Counts failures by key. Of more than {@link MAX_KEYS}, those that failed longest ago are forgotten, so that whoever has many
 * addresses cannot take the memory.
 */
export class BoundedLimiter {
  readonly #limiter: RateLimiterMemory
  readonly #keys: LRUCache<string, true>

  constructor({ failures, perSeconds }: FailureLimit) {
    this.#limiter = new RateLimiterMemory({ points: failures, duration: perSeconds })
    this.#keys = new LRUCache({
      // By `max` it would have memory for all from the beginning.
      maxSize: MAX_KEYS,
      sizeCalculation: () => 1,
      dispose: (_value, key) => void this.#limiter.delete(key),
    })
  }

  /** Whether the key has failed too often, without counting anything. */
  async refuses(key: string): Promise<Limited | undefined> {
    const counted = await this.#limiter.get(key)
    return counted !== null && counted.consumedPoints >= this.#limiter.points ? limited(counted) : undefined
  }

  /** Counts a failure, unless there were too many already. */
  async count(key: string): Promise<Limited | undefined> {
    // Setting a key that is there would dispose of it.
    if (this.#keys.get(key) === undefined) this.#keys.set(key, true)
    try {
      await this.#limiter.consume(key)
      return undefined
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return limited(refused)
      throw refused
    }
  }

  /** Takes back one failure. */
  async takeBack(key: string): Promise<void> {
    const { consumedPoints = 0 } = (await this.#limiter.get(key)) ?? {}
    if (consumedPoints > 1) await this.#limiter.reward(key)
    else this.forget(key)
  }

  /** Takes back all failures. */
  forget(key: string): void {
    this.#keys.delete(key)
  }
}

const limited = ({ msBeforeNext }: RateLimiterRes): Limited => ({
  retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
})
