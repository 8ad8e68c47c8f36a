import { isUnspecified } from '../../../report/address/ip.ts'
import { isScoped } from './tuple-key.ts'

/** How many addresses one generation holds; there are two generations. */
const MAX_ADDRESSES = 8192

/** A network namespace, as long as sockets are open in it. */
interface Namespace {
  readonly netns: number
  openSockets: number
}

/**
 * Maps each address of this host to the network namespace that holds it. Addresses are learned from every socket. When
 * there are many, those that no socket has used for a long time are forgotten.
 *
 * The addresses of a namespace are forgotten, too, when its last socket has closed: it may have ended, and the kernel soon gives its
 * inode to another. If it lives, they are learned again with its next connection.
 */
export class LocalAddresses {
  readonly #max: number
  /** Those with open sockets, by inode. */
  readonly #namespaces = new Map<number, Namespace>()
  #young = new Map<string, Namespace>()
  #old: ReadonlyMap<string, Namespace> = new Map()

  /** @param max how many addresses are remembered at least; at most twice as many are */
  constructor(max = MAX_ADDRESSES) {
    this.#max = max
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /**
   * Records that a socket has opened, or was found open.
   *
   * @param ip its own address, which is learned
   * @param netns inode of its network namespace
   */
  opened(ip: string, netns: number): void {
    const namespace = this.#namespaces.get(netns)
    if (namespace) namespace.openSockets += 1
    else this.#namespaces.set(netns, { netns, openSockets: 1 })
    this.learn(ip, netns)
  }

  /** Records that a socket for which {@link opened} was called has closed. */
  closed(netns: number): void {
    const namespace = this.#namespaces.get(netns)
    if (!namespace) return
    namespace.openSockets -= 1
    if (namespace.openSockets === 0) this.#namespaces.delete(netns)
  }

  /** Records that a network namespace has an address, unless no socket is open in it. @param netns inode of the namespace */
  learn(ip: string, netns: number): void {
    const namespace = this.#namespaces.get(netns)
    if (!namespace || this.#young.get(ip) === namespace || isUnspecified(ip) || isScoped(ip)) return
    if (this.#young.size >= this.#max && !this.#young.has(ip)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(ip, namespace)
  }

  /** Inode of the network namespace that last had the address; undefined when none is known. */
  netnsOf(ip: string): number | undefined {
    const namespace = this.#young.get(ip) ?? this.#old.get(ip)
    return namespace && namespace.openSockets > 0 ? namespace.netns : undefined
  }
}
