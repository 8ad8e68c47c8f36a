import type { NodeSummary } from '../../../api/types.ts'
import { isPublic, isPublicNetwork } from '../../../report/address/ip.ts'
import type { Address } from '../../../report/schema.ts'
import { type NodeRef, namesOf, type RemoteEnd } from '../../connections/flow.ts'
import type { IsNamedService } from '../../named-services.ts'
import { internetSummary, serviceSummary } from '../../nodes/groups/pseudo-summary.ts'
import { containerLabel, hostLabels } from '../../nodes/naming/labels.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import type { ViewDefinition } from './placement.ts'

/** Where an end of a connection without a known process is placed in a view. */
export type RemotePlace =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'outside'; readonly summary: NodeSummary }
  | UnwatchedAddress

/** An address that gets a pseudo node. */
export interface UnwatchedAddress {
  readonly kind: 'address'
  readonly address: Address
  /** The host name that the client resolved to the address. */
  readonly askedFor: string | undefined
  /** The nodes that hold the address, or claim to; empty when none is known. */
  readonly holders: readonly NodeRef[]
  /** The report whose address book has the address. */
  readonly from: ReportIndex
}

/**
 * Places a remote end: at the one node that stands for all its holders, else at a pseudo node for the Internet, a
 * named service or the address.
 *
 * @param side the role of the remote end
 * @param nodeOf the node of the view that stands for a container or host; undefined when it is hidden
 * @param isNamedService whether a DNS name gets its own node beside the Internet
 * @param groupAround the closed group that contains all processes of a container or host; undefined when there is
 *   none
 * @returns undefined when the node is hidden
 */
export const remotePlace = (
  end: RemoteEnd,
  side: 'client' | 'server',
  definition: ViewDefinition,
  nodeOf: (ref: NodeRef) => string | undefined,
  isNamedService: IsNamedService,
  groupAround: (ref: NodeRef) => string | undefined = () => undefined,
): RemotePlace | undefined => {
  const { address, askedFor, owners: holders, from } = end
  if (holders.length === 0 && isOnInternet(address)) {
    const service = namesOf(end).find(isNamedService)
    const summary = service ? serviceSummary(service) : internetSummary(side === 'client' ? 'in' : 'out')
    return { kind: 'outside', summary }
  }
  if (holders.length > 0 && holders.every((holder) => tells(holder, definition))) {
    const [id, ...others] = new Set(holders.map(nodeOf))
    if (others.length === 0) return id === undefined ? undefined : { kind: 'node', id }
  } else if (holders.length > 0) {
    const [id, ...others] = new Set(holders.map(groupAround))
    if (others.length === 0 && id !== undefined) return { kind: 'node', id }
  }
  return { kind: 'address', address, askedFor, holders, from }
}

const tells = ({ id, at }: NodeRef, { placesOwners }: ViewDefinition): boolean => {
  const topology = at.nodes.get(id)?.topology
  return topology === undefined ? placesOwners.length > 0 : placesOwners.includes(topology)
}

const isOnInternet = ({ ip, scope, prefixBits }: Address): boolean =>
  scope === 'global' && (prefixBits === undefined ? isPublic(ip) : isPublicNetwork(ip, prefixBits))

/** Display name of the holder of an address. */
export const holderLabel = ({ id, at }: NodeRef): string => {
  const node = at.nodes.get(id)
  if (node === undefined) return id
  return node.topology === 'host' ? hostLabels(node).label : containerLabel(node)
}
