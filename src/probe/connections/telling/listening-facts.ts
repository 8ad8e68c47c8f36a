import { isLoopback } from '../../../report/address/ip.ts'
import { facts } from '../../../report/facts.ts'
import type { Fact, ReportNode } from '../../../report/schema.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Listeners } from '../table/listeners.ts'

const LOOK_AGAIN_MS = 1000

type Facts = ReadonlyMap<string, Readonly<Record<string, Fact>>>

const written = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

const add = (sets: Map<string, Set<string>>, id: string, address: string): void => {
  const set = sets.get(id)
  if (set) set.add(address)
  else sets.set(id, new Set([address]))
}

/**
 * Computes the facts about the addresses on which processes and their containers listen.
 *
 * A process counts as reachable from outside when it listens on an address other than loopback in the host's own
 * network namespace. Containers that are reachable through a published port are reported by the Docker collector.
 */
export class ListeningFacts {
  readonly #isProxy: (process: ProcessRef) => boolean
  #version = -1
  #completeSinceMs = 0
  #facts: Facts = new Map()
  /** Set when a listener had no node yet: when to compute the facts again. */
  #againMs: number | undefined

  /** @param isProxy whether a process is one of Docker's that only pass connections on */
  constructor(isProxy: (process: ProcessRef) => boolean) {
    this.#isProxy = isProxy
  }

  /**
   * @param hostNetns inode of the host's network namespace
   * @param nodeOf returns the node of a listening process; undefined when it has none
   * @param completeSinceMs since when every connection has been seen, on the sockets' clock, so that it is known which
   *   addresses were not used; Infinity when some may be missed now
   * @returns the same map while nothing changes
   */
  of(
    listeners: Listeners,
    hostNetns: number,
    nowMs: number,
    nodeOf: (process: ProcessRef) => ReportNode | undefined,
    completeSinceMs: number,
  ): Facts {
    const isDue = this.#againMs !== undefined && nowMs >= this.#againMs
    const isSame = listeners.version === this.#version && completeSinceMs === this.#completeSinceMs
    if (isSame && !isDue) return this.#facts
    this.#version = listeners.version
    this.#completeSinceMs = completeSinceMs
    this.#againMs = undefined
    const addresses = new Map<string, Set<string>>()
    const used = new Map<string, Set<string>>()
    const unsure = new Set<string>()
    const reachable = new Set<string>()
    for (const { process, netns, ip, port, sinceMs, use } of listeners) {
      const node = nodeOf(process)
      if (!node) {
        this.#againMs = nowMs + LOOK_AGAIN_MS
        continue
      }
      for (const id of [node.id, ...(node.parents.container ?? [])]) {
        add(addresses, id, written(ip, port))
        if (use.accepted > 0) add(used, id, written(ip, port))
        // The kernel forwards most connections to a published port without docker-proxy, so the proxy's socket does not
        // show whether the port is used.
        if (this.#isProxy(process) || (use.accepted === 0 && sinceMs < completeSinceMs)) unsure.add(id)
        if (netns === hostNetns && !isLoopback(ip)) reachable.add(id)
      }
    }
    this.#facts = new Map(
      [...addresses].map(([id, set]) => [
        id,
        {
          [facts.listeningAddresses]: [...set].sort(),
          ...(!unsure.has(id)
            ? { [facts.neverUsedAddresses]: [...set].filter((at) => !used.get(id)?.has(at)).sort() }
            : {}),
          ...(reachable.has(id) ? { [facts.reachableFromOutside]: true } : {}),
        },
      ]),
    )
    return this.#facts
  }
}
