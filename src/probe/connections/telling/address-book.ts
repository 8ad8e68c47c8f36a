import { type AddressScope, addressId } from '../../../report/ids.ts'
import type { Address } from '../../../report/schema.ts'
import { isScoped } from '../table/tuple-key.ts'

/** Functions that determine the scope and the names of an address. */
export interface AddressBookOptions {
  readonly hostId: string
  /** Scope within which an address is unique, for addresses other than loopback and link-local; undefined = global. */
  readonly scopeOf?: (ip: string) => AddressScope | undefined
  /** The name of an address in reverse DNS, when known. */
  readonly reverse?: (ip: string) => string | undefined
}

/** Collects the addresses that the connections of one report refer to. */
export class AddressBook {
  readonly #options: AddressBookOptions
  readonly #entries = new Map<string, Address>()

  constructor(options: AddressBookOptions) {
    this.#options = options
  }

  get entries(): readonly Address[] {
    return [...this.#entries.values()]
  }

  /**
   * Enters an address.
   *
   * @param netns inode of the network namespace in which the address was seen
   * @param prefixBits set when the address stands for all addresses with this prefix
   * @param outside true when the address is not known to belong to this host, so that its name should be looked up
   * @returns its id
   */
  enter(
    ip: string,
    netns: number,
    { prefixBits, outside }: { prefixBits?: number; outside: boolean },
  ): string {
    const { hostId, scopeOf, reverse } = this.#options
    const scope: AddressScope = isScoped(ip)
      ? { kind: 'netns', hostId, netns }
      : (scopeOf?.(ip) ?? { kind: 'global' })
    const id = prefixBits === undefined ? addressId(scope, ip) : `${addressId(scope, ip)}/${prefixBits}`
    const known = this.#entries.get(id)
    if (known && (known.names || !outside)) return id
    const name = outside && prefixBits === undefined && !isScoped(ip) ? reverse?.(ip) : undefined
    this.#entries.set(id, {
      id,
      ip,
      scope: scope.kind,
      ...(prefixBits === undefined ? {} : { prefixBits }),
      ...(name === undefined ? {} : { names: [name] }),
    })
    return id
  }
}
