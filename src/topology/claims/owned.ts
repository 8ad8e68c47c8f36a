import type { Address, Report, ReportNode } from '../../report/schema.ts'

/** Ids that can be asked for. */
export interface Ids {
  has(id: string): boolean
}

/** What reports own: nobody else can say anything of it. */
export interface Owned {
  /** Ids of containers. */
  readonly containers: Ids
  /** Ids of the address book that somebody holds. */
  readonly addresses: Ids
  /** Ids of hosts, which addresses that are unique there begin with. */
  readonly hosts: Ids
}

/**
 * Finds what single reports claim. An answer is kept for as long as the section of the report that it was made of, since most changes of a
 * report leave these sections as they are.
 */
export class ReportClaims {
  readonly #containers = new WeakMap<readonly ReportNode[], ReadonlySet<string>>()
  readonly #held = new WeakMap<readonly Address[], ReadonlySet<string>>()

  /** The containers that nodes are, or run in. */
  containers({ nodes }: Report): ReadonlySet<string> {
    const known = this.#containers.get(nodes)
    if (known !== undefined) return known
    const containers = new Set<string>()
    for (const { id, topology, parents } of nodes) {
      if (topology === 'container') containers.add(id)
      if (topology === 'process') for (const container of parents.container ?? []) containers.add(container)
    }
    this.#containers.set(nodes, containers)
    return containers
  }

  /** The addresses that the report says somebody holds. */
  heldAddresses({ addresses }: Report): ReadonlySet<string> {
    const known = this.#held.get(addresses)
    if (known !== undefined) return known
    const held = new Set(addresses.filter(isHeld).map(({ id }) => id))
    this.#held.set(addresses, held)
    return held
  }
}

/** Whether a report says who holds an address. */
export const isHeld = ({ owners = [] }: Address): boolean => owners.length > 0

/** The host on which an address is unique, when it is one of these. A namespace is named `<host>-<number>`. */
const hostOf = (id: string, hosts: Ids): string | undefined => {
  const prefix = id.slice(0, id.lastIndexOf(';'))
  if (prefix === '') return undefined
  if (hosts.has(prefix)) return prefix
  const host = prefix.replace(/-\d+$/, '')
  return hosts.has(host) ? host : undefined
}

/** Whether an address is held, or is one of a host that is owned. */
export const isOwned = (addressId: string, { addresses, hosts }: Owned): boolean =>
  addresses.has(addressId) || hostOf(addressId, hosts) !== undefined

/** How often each id is owned. */
class Counted implements Ids {
  readonly #counts = new Map<string, number>()

  has(id: string): boolean {
    return this.#counts.has(id)
  }

  change(before: Iterable<string>, now: Iterable<string>): void {
    for (const id of now) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1)
    for (const id of before) {
      const rest = (this.#counts.get(id) ?? 1) - 1
      if (rest > 0) this.#counts.set(id, rest)
      else this.#counts.delete(id)
    }
  }
}

interface Parts {
  readonly containers: ReadonlySet<string>
  readonly addresses: ReadonlySet<string>
  readonly hosts: ReadonlySet<string>
}

const nothing: Parts = { containers: new Set(), addresses: new Set(), hosts: new Set() }

/** What all of a set of reports own. Following it costs as much as what has changed. */
export class OwnedByAll implements Owned {
  readonly containers = new Counted()
  readonly addresses = new Counted()
  readonly hosts = new Counted()
  readonly #claims: ReportClaims
  readonly #byProbe = new Map<string, Parts>()
  #version = 0

  constructor(claims: ReportClaims) {
    this.#claims = claims
  }

  /** Another number whenever anything else is owned than before. */
  get version(): number {
    return this.#version
  }

  /** Takes these reports for all that there are. */
  update(reports: readonly Report[]): void {
    const there = new Set<string>()
    for (const report of reports) {
      const { probeId } = report.envelope
      there.add(probeId)
      const before = this.#byProbe.get(probeId)
      const now: Parts = {
        containers: this.#claims.containers(report),
        addresses: this.#claims.heldAddresses(report),
        hosts: new Set([report.host.id]),
      }
      this.#byProbe.set(probeId, now)
      for (const part of ['containers', 'addresses', 'hosts'] as const)
        this.#change(part, before?.[part] ?? nothing[part], now[part])
    }
    for (const [probeId, parts] of this.#byProbe) {
      if (there.has(probeId)) continue
      this.#byProbe.delete(probeId)
      for (const part of ['containers', 'addresses', 'hosts'] as const)
        this.#change(part, parts[part], nothing[part])
    }
  }

  #change(part: keyof Parts, before: ReadonlySet<string>, now: ReadonlySet<string>): void {
    if (before === now || (before.size === now.size && [...before].every((id) => now.has(id)))) return
    this[part].change(before, now)
    this.#version++
  }
}
