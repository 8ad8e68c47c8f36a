import { NAMESPACE_LINGER_MS, type Tenancy } from '../../cgroup/namespace-containers.ts'

/**
 * The cgroup and network namespace of a socket. The kernel reports both for a socket that received a DNS answer and for
 * one that connects.
 */
export interface Place {
  /** Inode of the cgroup v2 directory; 0 = unknown. */
  readonly cgroupId: number
  /** Inode of the network namespace; 0 = unknown. */
  readonly netns: number
}

/** What {@link Askers} need. */
export interface AskersOptions {
  /** Returns the container of a place; undefined for a place on the host itself. */
  readonly containerOf: (place: Place) => string | undefined
  /** Returns the same for as long as processes are in a network namespace; undefined when none is, and for that of the host. */
  readonly tenancyOf: (netns: number) => Tenancy | undefined
  /** Inode of the host's network namespace; 0 = unknown. */
  readonly hostNetns: number
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

/** Who was in a network namespace. */
interface Tenant {
  /** Undefined when none is known. */
  readonly tenancy: Tenancy | undefined
  /** The only container of the tenancy when that was found out; undefined when there were several, or none. */
  readonly container: string | undefined
}

/** Who was given an answer. */
export interface Asker extends Place {
  readonly sinceMs: number
  /** Not for good, and without the container, until it is settled. */
  tenant: Tenant
  isSettled: boolean
}

/** To whom names belong that were given at a place, see {@link shareNames}. */
export interface Owner extends Tenant {
  readonly netns: number
}

/**
 * How long after an answer it is settled which tenancy of its network namespace it belongs to: a container that has just begun has been
 * seen by then, and one that has just ended is still known.
 */
const SETTLED_MS = NAMESPACE_LINGER_MS - 1000

/**
 * Tells to which container an answer was given, or to which network namespace when that is in none.
 *
 * An answer may reach a container before that is known. By its cgroup it is found whenever it becomes known; by its network namespace only
 * when it is seen there a moment later at most: a container that comes to that later may have another with the same inode.
 */
export class Askers {
  readonly #options: AskersOptions
  /** Those that are not settled, oldest first. */
  #unsettled: Asker[] = []

  constructor(options: AskersOptions) {
    this.#options = options
  }

  /** The one that is given an answer at a place just now. */
  at({ cgroupId, netns }: Place): Asker {
    const { hostNetns, nowMs, tenancyOf } = this.#options
    // The namespace of the host stands for no container.
    const isSettled = netns === 0 || netns === hostNetns
    const tenancy = isSettled ? undefined : tenancyOf(netns)
    const asker: Asker = {
      cgroupId,
      netns,
      sinceMs: nowMs(),
      tenant: { tenancy, container: undefined },
      isSettled,
    }
    if (!isSettled) this.#unsettled.push(asker)
    return asker
  }

  /** Settles whose the network namespaces of answers are, once that can be told. Call it several times a second. */
  settle(): void {
    const nowMs = this.#options.nowMs()
    const count = this.#unsettled.findIndex(({ sinceMs }) => nowMs - sinceMs < SETTLED_MS)
    const due = count === -1 ? this.#unsettled : this.#unsettled.slice(0, count)
    if (due.length === 0) return
    this.#unsettled = count === -1 ? [] : this.#unsettled.slice(count)
    for (const asker of due) {
      asker.tenant = this.#tenantOf(asker)
      asker.isSettled = true
    }
  }

  /** To whom the names belong that one was given. */
  ownerOf(asker: Asker): Owner {
    return this.#byCgroup(asker) ?? { ...this.#tenantOf(asker), netns: asker.netns }
  }

  /** To whom names would belong that were given at a place just now. */
  ownerAt(place: Place): Owner {
    return this.#byCgroup(place) ?? { ...this.#tenantAt(place.netns), netns: place.netns }
  }

  #byCgroup({ cgroupId, netns }: Place): Owner | undefined {
    const container = this.#options.containerOf({ cgroupId, netns: 0 })
    return container === undefined ? undefined : { container, tenancy: undefined, netns }
  }

  #tenantOf({ netns, sinceMs, tenant, isSettled }: Asker): Tenant {
    if (isSettled) return tenant
    const now = this.#tenantAt(netns)
    // When this comes late, another may have begun long after the answer.
    return now.tenancy !== undefined && now.tenancy.sinceMs - sinceMs < SETTLED_MS ? now : tenant
  }

  #tenantAt(netns: number): Tenant {
    const { containerOf, tenancyOf } = this.#options
    return { tenancy: tenancyOf(netns), container: containerOf({ cgroupId: 0, netns }) }
  }
}

/**
 * True for those of one container, and for those in one network namespace as long as there are always processes in it: where cgroups tell
 * no containers, those that share a namespace cannot be told apart. Without containers it is true for those in the same namespace.
 */
export const shareNames = (one: Owner, other: Owner): boolean => {
  if (one.tenancy !== undefined && one.tenancy === other.tenancy) return true
  if (one.container !== undefined || other.container !== undefined) return one.container === other.container
  return (
    one.netns === other.netns && ![one, other].some(({ tenancy }) => tenancy && tenancy.containers.size > 0)
  )
}
