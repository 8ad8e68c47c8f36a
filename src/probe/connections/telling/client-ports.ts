import type { Account } from '../table/accounting/accounts.ts'
import type { Tally } from '../table/accounting/tally.ts'

/** How many client ports a record lists: those of the newest connections. */
const MAX_CLIENT_PORTS = 256

interface Made {
  readonly version: number
  readonly ports: readonly number[]
}

/**
 * The client ports of open connections with one end on this host. By them the app tells which processes of two hosts have a
 * connection with each other, and which of them no longer has one. Rule 3 of the model.
 */
export class ClientPorts {
  readonly #made = new WeakMap<Tally, Made>()

  /**
   * @param accounts those of the tallies, oldest first
   * @returns the same array as before for a tally that has not changed; nothing for one without open connections
   */
  of(tallies: Iterable<Tally>, accounts: Iterable<Account>): ReadonlyMap<Tally, readonly number[]> {
    const found = new Map<Tally, readonly number[]>()
    const changed = new Map<Tally, number[]>()
    for (const tally of tallies) {
      if (!isOneSided(tally) || tally.totals.open === 0) continue
      const made = this.#made.get(tally)
      if (made?.version === tally.version) found.set(tally, made.ports)
      else changed.set(tally, [])
    }
    if (changed.size === 0) return found
    for (const { connection, tally } of accounts)
      if (!connection.lead.closed) changed.get(tally)?.push(connection.clientPort)
    for (const [tally, all] of changed) {
      const ports = all.slice(-MAX_CLIENT_PORTS)
      this.#made.set(tally, { version: tally.version, ports })
      found.set(tally, ports)
    }
    return found
  }
}

const isOneSided = ({ identity }: Tally): boolean =>
  !(identity.client && identity.server) &&
  identity.exitedClients === undefined &&
  identity.exitedServers === undefined
