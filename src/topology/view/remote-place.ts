import { isLoopback, isPrivate, isUnspecified } from '../../report/ip.ts'
import type { Address } from '../../report/schema.ts'
import type { NodeRef, RemoteEnd } from '../connections/flow.ts'
import { containerLabel, hostLabels } from '../nodes/labels.ts'
import { internetSummary, serviceSummary } from '../nodes/pseudo-summary.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { NodeSummary } from '../types.ts'
import { namedService } from './named-services.ts'
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
 * @returns undefined when the node that is meant is hidden
 */
export const remotePlace = (
  end: RemoteEnd,
  side: 'client' | 'server',
  definition: ViewDefinition,
  nodeOf: (ref: NodeRef) => string | undefined,
): RemotePlace | undefined => {
  const { address, owners: holders, from } = end
  if (holders.length === 0 && isPublic(address)) {
    const service = namedService(address.names)
    const summary = service ? serviceSummary(service) : internetSummary(side === 'client' ? 'in' : 'out')
    return { kind: 'outside', summary }
  }
  if (holders.length > 0 && definition.placesOwners) {
    const [id, ...others] = new Set(holders.map(nodeOf))
    if (others.length === 0) return id === undefined ? undefined : { kind: 'node', id }
  }
  return { kind: 'address', address, holders, from }
}

const isPublic = ({ ip, scope }: Address): boolean =>
  scope === 'global' && !isPrivate(ip) && !isLoopback(ip) && !isUnspecified(ip)

/** What people call the holder of an address. */
export const holderLabel = ({ id, at }: NodeRef): string => {
  const node = at.nodes.get(id)
  if (node === undefined) return id
  return node.topology === 'host' ? hostLabels(node).label : containerLabel(node)
}
