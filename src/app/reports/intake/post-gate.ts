import { SharedAllowance } from '../../../pacing/allowance.ts'
import { ApiError } from '../../http/api-error.ts'
import { type IntakeLimits, postRate } from './intake-limits.ts'

/** Lets the posts of verified probes pass as fast as they may come: those of each, and all together. */
export class PostGate {
  readonly #limits: Pick<IntakeLimits, 'postsPerSecond' | 'inAll'>
  readonly #posts: SharedAllowance

  constructor(limits: Pick<IntakeLimits, 'postsPerSecond' | 'inAll'>, nowMs: () => number) {
    this.#limits = limits
    this.#posts = new SharedAllowance({
      all: postRate(limits.inAll.postsPerSecond),
      each: postRate(limits.postsPerSecond),
      nowMs,
    })
  }

  /**
   * Counts a post that a probe has signed.
   *
   * @throws {ApiError} 429 when it comes too soon
   */
  pass(probeId: string): void {
    if (this.#posts.isSpent(probeId)) {
      const { postsPerSecond, inAll } = this.#limits
      throw new ApiError(
        429,
        'too_many_posts',
        `a probe may post ${postsPerSecond} times a second, and all together ${inAll.postsPerSecond} times`,
        { headers: { 'retry-after': '1' } },
      )
    }
    this.#posts.spend(probeId, 1)
  }
}
