import { isUnspecified } from '../../../report/address/ip.ts'
import { isScoped } from './tuple-key.ts'

/** How many addresses one generation holds; there are two generations. */
const MAX_ADDRESSES = 8192

/**
 * Maps each address of this host to the network namespace that holds it. Addresses are learned from every socket. When
 * there are many, those that no socket has used for a long time are forgotten.
 */
export class LocalAddresses {
  readonly #max: number
  #young = new Map<string, number>()
  #old: ReadonlyMap<string, number> = new Map()

  /** @param max how many addresses are remembered at least; at most twice as many are */
  constructor(max = MAX_ADDRESSES) {
    this.#max = max
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Records that a network namespace has an address. @param netns inode of the namespace */
  learn(ip: string, netns: number): void {
    if (this.#young.get(ip) === netns || isUnspecified(ip) || isScoped(ip)) return
    if (this.#young.size >= this.#max && !this.#young.has(ip)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(ip, netns)
  }

  /** Inode of the network namespace that last had the address; undefined when none is known. */
  netnsOf(ip: string): number | undefined {
    return this.#young.get(ip) ?? this.#old.get(ip)
  }
}
