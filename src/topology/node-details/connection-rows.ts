import type { NodeSummary } from '../../api/types.ts'
import type { Address } from '../../report/schema.ts'
import { addressText, type End, type Flow, namesOf, type WantedAddress } from '../connections/flow.ts'
import { addTo, type Totals } from '../connections/numbers.ts'

/** Connections of a node with one other node: at one port, and at one address where a node stands for many. */
export interface ConnectionGroup {
  readonly id: string
  /** The node at the other end. */
  readonly remote: NodeSummary
  /** The address at the other end, of a node that stands for many, with its best name. */
  readonly remoteAddress: string | undefined
  /** The same of this node, where it is one that stands for many. */
  readonly localAddress: string | undefined
  readonly port: number
  readonly totals: Totals
  /** Addresses at the other end, where it is known by no more. */
  readonly addresses: Set<string>
  /** What those are called. */
  readonly names: Set<string>
  /** Addresses with port that failed connections were meant for. */
  readonly wanted: Set<string>
}

/** Sums connections into groups. */
export class ConnectionGroups {
  readonly #node: NodeSummary
  readonly #incoming: boolean
  readonly #groups = new Map<string, ConnectionGroup>()

  /**
   * @param node whose connections they are
   * @param incoming whether it is their server
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

/** The Internet, a named service, a network: nodes within which only an address tells who it was. */
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
