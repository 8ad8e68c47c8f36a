import type { NamespaceInterfaces } from '../../native/netlink/namespace-interfaces.ts'

/** How long an answer is believed: a container is attached a moment after it got its address. */
const BELIEVED_MS = 60_000
const UNKNOWN_MS = 5000
const MAX_OF_CONTAINER = 64

interface Known {
  readonly macs: readonly string[]
  readonly question: string
  readonly untilMs: number
}

/** A running container. */
export interface AttachedContainer {
  readonly id: string
  /** A process in its network. */
  readonly pid: number
  /** Its addresses in the Weave network. */
  readonly addresses: readonly string[]
}

/** The MAC addresses of the interfaces by which containers are in a Weave network: those that have its addresses. */
export class MacAddresses {
  readonly #interfaces: Pick<NamespaceInterfaces, 'interfacesOf'>
  #known = new Map<string, Known>()

  constructor(interfaces: Pick<NamespaceInterfaces, 'interfacesOf'>) {
    this.#interfaces = interfaces
  }

  /** @returns by container id; containers of which none is known are left out */
  of(containers: readonly AttachedContainer[], nowMs: number): ReadonlyMap<string, readonly string[]> {
    this.#known = new Map(containers.map((one) => [one.id, this.#lookUp(one, nowMs)]))
    return new Map([...this.#known].flatMap(([id, { macs }]) => (macs.length > 0 ? [[id, macs]] : [])))
  }

  #lookUp({ id, pid, addresses }: AttachedContainer, nowMs: number): Known {
    const question = [pid, ...addresses].join(' ')
    const known = this.#known.get(id)
    if (known?.question === question && nowMs < known.untilMs) return known
    const wanted = new Set(addresses)
    const macs = (this.#interfaces.interfacesOf(pid) ?? [])
      .filter((one) => one.mac !== '' && one.addresses.some((address) => wanted.has(address)))
      .map(({ mac }) => mac)
    return {
      macs: [...new Set(macs)].sort().slice(0, MAX_OF_CONTAINER),
      question,
      untilMs: nowMs + (macs.length > 0 ? BELIEVED_MS : UNKNOWN_MS),
    }
  }
}
