import { isUnspecified } from '../../../report/address/ip.ts'
import { isScoped } from './tuple-key.ts'

/** Addresses of one generation; there are two. */
const MAX_ADDRESSES = 8192

/**
 * Which network namespace holds which address of this host: an address alone does not tell. Learned from every socket; what no
 * socket has had for long is forgotten when there are many.
 */
export class LocalAddresses {
  readonly #max: number
  #young = new Map<string, number>()
  #old: ReadonlyMap<string, number> = new Map()

  /** @param max how many are remembered at least; twice as many at most */
  constructor(max = MAX_ADDRESSES) {
    this.#max = max
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Remembers that a namespace holds an address. @param netns its inode */
  learn(ip: string, netns: number): void {
    if (this.#young.get(ip) === netns || isUnspecified(ip) || isScoped(ip)) return
    if (this.#young.size >= this.#max && !this.#young.has(ip)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(ip, netns)
  }

  /** Inode of the namespace that had the address last; undefined when none is known to. */
  netnsOf(ip: string): number | undefined {
    return this.#young.get(ip) ?? this.#old.get(ip)
  }
}
