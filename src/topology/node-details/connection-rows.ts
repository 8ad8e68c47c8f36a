import type { NodeSummary } from '../../api/types.ts'
import type { Address } from '../../report/schema.ts'
import { addressText, type End, type Flow, namesOf, type WantedAddress } from '../connections/flow.ts'
import { addTo, type Totals } from '../connections/numbers.ts'

/**
 * The connections between a node and one other node at one port. If one of the two nodes stands for many addresses,
 * there is a group for each address.
 */
export interface ConnectionGroup {
  readonly id: string
  /** The node at the other end. */
  readonly remote: NodeSummary
  /** The address at the other end with its best name, if that node stands for many addresses; else undefined. */
  readonly remoteAddress: string | undefined
  /** The same for this node's end. */
  readonly localAddress: string | undefined
  readonly port: number
  readonly totals: Totals
  /** Addresses of other ends without a known process. */
  readonly addresses: Set<string>
  /** Names of those addresses. */
  readonly names: Set<string>
  /** Addresses with port that failed connections were trying to reach. */
  readonly wanted: Set<string>
}

/** Sums flows into groups. */
export class ConnectionGroups {
  readonly #node: NodeSummary
  readonly #incoming: boolean
  readonly #groups = new Map<string, ConnectionGroup>()

  /**
   * @param node the node whose connections these are
   * @param incoming whether the node is their server
   */
  constructor(node: NodeSummary, incoming: boolean) {
    this.#node = node
    this.#incoming = incoming
  }

  /** Adds connections with another node. */
  add(remote: NodeSummary, { client, server, port, numbers, wanted }: Flow): void {
    const [remoteEnd, localEnd] = this.#incoming ? [client, server] : [server, client]
    const remoteAddress = addressWithin(remote, remoteEnd)
    const localAddress = addressWithin(this.#node, localEnd)
    const id = [remote.id, remoteAddress ?? '', localAddress ?? '', port].join('-')
    let group = this.#groups.get(id)
    if (group) addTo(group.totals, numbers)
    else {
      const nothing = { addresses: new Set<string>(), names: new Set<string>(), wanted: new Set<string>() }
      group = { id, remote, remoteAddress, localAddress, port, totals: { ...numbers }, ...nothing }
      this.#groups.set(id, group)
    }
    if (remoteEnd.kind === 'remote') {
      group.addresses.add(addressText(remoteEnd.address))
      for (const name of namesOf(remoteEnd)) group.names.add(name)
    }
    if (wanted) group.wanted.add(wantedText(wanted))
  }

  get all(): ConnectionGroup[] {
    return [...this.#groups.values()]
  }
}

/**
 * Whether a node stands for many addresses: the Internet, a named service or a network. Its connections are then
 * listed by address.
 */
export const standsForAddresses = ({ id, pseudo }: NodeSummary): boolean =>
  pseudo === true && !id.startsWith('pseudo:address:') && !id.startsWith('pseudo:uncontained:')

const addressWithin = (node: NodeSummary, end: End): string | undefined => {
  if (end.kind !== 'remote' || !standsForAddresses(node)) return undefined
  const [name] = namesOf(end)
  const address = addressText(end.address)
  return name === undefined ? address : `${name} (${address})`
}

/** `10.0.0.1:80`, `[::1]:80` */
export const wantedText = ({ address, port }: WantedAddress): string => {
  const text = addressText(address)
  return isIpv6(address) ? `[${text}]:${port}` : `${text}:${port}`
}

const isIpv6 = ({ ip }: Address): boolean => ip.includes(':')
