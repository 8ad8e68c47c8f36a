import type { NodeSummary } from '../../api/types.ts'
import { isPublic, isPublicNetwork } from '../../report/address/ip.ts'
import type { Address } from '../../report/schema.ts'
import { type NodeRef, namesOf, type RemoteEnd } from '../connections/flow.ts'
import type { IsNamedService } from '../named-services.ts'
import { internetSummary, serviceSummary } from '../nodes/groups/pseudo-summary.ts'
import { containerLabel, hostLabels } from '../nodes/naming/labels.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { ViewDefinition } from './placement.ts'

/** Where an end that no process is known of goes in a view. */
export type RemotePlace =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'outside'; readonly summary: NodeSummary }
  | UnwatchedAddress

/** An address that becomes a node of its own. */
export interface UnwatchedAddress {
  readonly kind: 'address'
  readonly address: Address
  /** What it was asked for by name. */
  readonly askedFor: string | undefined
  /** Who holds it, or claim to: empty when nobody is known to. */
  readonly holders: readonly NodeRef[]
  /** Whose address book it is in. */
  readonly from: ReportIndex
}

/**
 * The place of a remote end: the one node that its holders come down to, else a pseudo node. Rules 7 and 8 of the model.
 *
 * @param side the role of the remote end
 * @param nodeOf the node of the view that stands for a container or host; undefined = hidden
 * @param isNamedService whether a name stands beside the Internet, or is a part of it
 * @param groupAround the closed group that all processes of a container or host are in; undefined = there is none
 * @returns undefined when the node that is meant is hidden
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

/** What people call the holder of an address. */
export const holderLabel = ({ id, at }: NodeRef): string => {
  const node = at.nodes.get(id)
  if (node === undefined) return id
  return node.topology === 'host' ? hostLabels(node).label : containerLabel(node)
}
